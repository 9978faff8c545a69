// The variables of a prompt: `${name}` and `${name:default}`. The engine fills them in; this is for display.

export interface Variable {
  name: string;
  fallback: string | null;
}

export interface Piece {
  text: string;
  variable: boolean;
}

// The same names as the engine's: letters and digits of any script, `_`, `-`, space.
const VARIABLE = /\$\{(\s*[\p{L}\p{N}_-][\p{L}\p{N}_ -]*)(?::([^}]*))?\}/gu;

/** Each name once, in the order of the text. */
export function variables(text: string): Variable[] {
  const found = new Map<string, Variable>();
  for (const [, name = '', fallback] of text.matchAll(VARIABLE)) {
    const known = found.get(name.trim());
    if (!known) found.set(name.trim(), { name: name.trim(), fallback: fallback ?? null });
    else known.fallback ??= fallback ?? null;
  }
  return [...found.values()];
}

/** The text cut into plain pieces and variables, for the highlight behind the text field. */
export function pieces(text: string): Piece[] {
  const list: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > end) list.push({ text: text.slice(end, match.index), variable: false });
    list.push({ text: match[0], variable: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) list.push({ text: text.slice(end), variable: false });
  return list;
}

/** A rough count of input tokens: four Latin letters or one and a half Chinese characters each. */
export function roughTokens(text: string): number {
  let wide = 0;
  for (const char of text) if (char.charCodeAt(0) > 0x2e7f) wide += 1;
  return Math.ceil((text.length - wide) / 4 + wide / 1.5);
}
