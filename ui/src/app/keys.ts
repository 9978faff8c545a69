// Keys. One table per view feeds both the handler and the help dialog, so that the two cannot differ.

export interface Key {
  /** `Ctrl+Enter`, `g c`, `w`, `?`, `Escape`: a chord, or two keys after each other. */
  keys: string;
  /** Catalogue key that says what it does. */
  does: string;
  run: () => void;
  /** Works while a text field has the focus too. Chords with Ctrl do so by themselves. */
  whileTyping?: boolean;
  /** Does something as long as it is down: nothing to choose from a list. */
  held?: boolean;
  /** Goes on while it is held, as a step or a zoom may. All others are one press however long they are held. */
  repeats?: boolean;
}

export interface KeyGroup {
  /** Catalogue key of the heading in the help. */
  title: string;
  keys: Key[];
}

export const EVERYWHERE = 'keys.everywhere';

const groups = new Set<KeyGroup>();
let first: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const SEQUENCE_MS = 1_200;

/** Registers a view's keys while it is mounted; returns how to take them back. */
export function onKeys(group: KeyGroup): () => void {
  groups.add(group);
  return () => groups.delete(group);
}

const ARROWS: Record<string, string> = { Left: '←', Right: '→', Up: '↑', Down: '↓' };

/** As it stands on the keyboard: `Ctrl+Enter`, `G C`. */
export const keyName = (keys: string): string =>
  keys
    .replace(/Arrow(\w+)/, (_, way: string) => ARROWS[way] ?? way)
    .replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase());

/** Those of the view in front first, then those that work everywhere. */
export const allKeys = (): KeyGroup[] =>
  [...groups].toSorted((a, b) => Number(a.title === EVERYWHERE) - Number(b.title === EVERYWHERE));

function pressed(event: KeyboardEvent): string {
  const name = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${name}`;
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function find(keys: string, whileTyping: boolean): Key | undefined {
  // The view registered last is the one in front.
  for (const group of [...groups].reverse()) {
    const hit = group.keys.find((key) => key.keys.toLowerCase() === keys.toLowerCase());
    if (hit && (!whileTyping || hit.whileTyping || hit.keys.startsWith('Ctrl+'))) return hit;
  }
  return undefined;
}

/** A browser clicks a button over and over while Enter is held on it: here, too, held down is one press. */
export function holdEnter(event: KeyboardEvent): void {
  const { target } = event;
  const onButton = target instanceof Element && target.closest('button') !== null;
  if (event.repeat && event.key === 'Enter' && onButton) event.preventDefault();
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  // An open dialog has the keyboard to itself.
  if (document.querySelector('dialog[open]')) return;
  const name = pressed(event);
  const inField = typing(event.target);
  const hit = (first && !inField ? find(`${first} ${name}`, false) : undefined) ?? find(name, inField);
  clearTimeout(timer);
  first = hit || inField || name.length > 1 ? null : name;
  timer = setTimeout(() => (first = null), SEQUENCE_MS);
  if (!hit) return;
  event.preventDefault();
  // Held down is one press: what it does may cost money, or decide about pictures that nobody has seen.
  if (event.repeat && !hit.repeats) return;
  hit.run();
}
