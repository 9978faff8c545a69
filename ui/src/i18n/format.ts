// The format of crates/api/catalogue/README.md, pure: the CLI implements the same in Rust.

export type Param = string | number;
export type Params = Readonly<Record<string, Param | null | undefined>>;

/** Words for units, from the catalogue, so that each language has its own. */
export interface Units {
  second: string;
  minute: string;
  hour: string;
  day: string;
}

export interface Context {
  locale: string;
  units: Units;
  /** Milliseconds since 1970, to know what today is. */
  now: number;
}

export const DEFAULT_UNITS: Units = { second: '{n} s', minute: '{n} min', hour: '{n} h', day: '{n} d' };
const NBSP = '\u00a0';

/** One for each language, kept: the web view takes a hundred times as long to make one as to use it. */
export function inEach<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>();
  return (locale) => {
    const one = made.get(locale) ?? make(locale);
    made.set(locale, one);
    return one;
  };
}

export const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
/** `14:06`, whatever the day. */
export const clock = inEach((locale) => new Intl.DateTimeFormat(locale, CLOCK));
const dayAndClock = inEach(
  (locale) => new Intl.DateTimeFormat(locale, { ...CLOCK, day: 'numeric', month: 'short' }),
);
const yearAndClock = inEach(
  (locale) => new Intl.DateTimeFormat(locale, { ...CLOCK, day: 'numeric', month: 'short', year: 'numeric' }),
);
const numbers = inEach((locale) => new Intl.NumberFormat(locale));
const plurals = inEach((locale) => new Intl.PluralRules(locale));

/** `$0.24`: at least two decimals, three where needed. */
export function usd(micros: number): string {
  const thousandths = Math.round(Math.abs(micros) / 1_000);
  if (thousandths === 0 && micros !== 0) return '<$0.001';
  const text = (thousandths / 1_000).toFixed(thousandths % 10 === 0 ? 2 : 3);
  const [whole = '0', fraction = '00'] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${micros < 0 ? '−' : ''}$${grouped}.${fraction}`;
}

/** `$0.240`: the price of one picture, so that prices below each other line up. */
export function usdEach(micros: number): string {
  return usd(micros).replace(/\.\d\d$/, (cents) => `${cents}0`);
}

/** `$31.70`: a sum over many pictures, to the cent. */
export function usdSum(micros: number): string {
  return usd(micros < 10_000 ? micros : Math.round(micros / 10_000) * 10_000);
}

/** `6 s`, `2 min 10 s`, `3 h 5 min`, `2 d 4 h`. */
export function duration(ms: number, units: Units = DEFAULT_UNITS): string {
  const total = ms > 0 ? Math.max(1, Math.round(ms / 1_000)) : 0;
  const part = (unit: keyof Units, n: number) => units[unit].replace('{n}', String(n)).replace(' ', NBSP);
  const pair = (a: keyof Units, x: number, b: keyof Units, y: number) =>
    y === 0 ? part(a, x) : `${part(a, x)}${NBSP}${part(b, y)}`;
  if (total < 60) return part('second', total);
  if (total < 3_600) return pair('minute', Math.floor(total / 60), 'second', total % 60);
  const minutes = Math.floor(total / 60);
  if (minutes < 1_440) return pair('hour', Math.floor(minutes / 60), 'minute', minutes % 60);
  const hours = Math.floor(minutes / 60);
  return pair('day', Math.floor(hours / 24), 'hour', hours % 24);
}

/** `14:06`, with the day where it is not today, and the year where it is not this one. */
export function time(ms: number, context: Pick<Context, 'locale' | 'now'>): string {
  const date = new Date(ms);
  const now = new Date(context.now);
  const today = date.toDateString() === now.toDateString();
  const sameYear = date.getFullYear() === now.getFullYear();
  return (today ? clock : sameYear ? dayAndClock : yearAndClock)(context.locale).format(date);
}

/** `7.2 MB`, decimal. */
export function size(bytes: number): string {
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let index = 0;
  while (value >= 1_000 && index < names.length - 1) {
    value /= 1_000;
    index += 1;
  }
  const text = index === 0 || value >= 100 ? String(Math.round(value)) : value.toFixed(1);
  return `${text}${NBSP}${names[index] ?? 'B'}`;
}

export function number(value: number, locale: string): string {
  return numbers(locale).format(value);
}

function plural(value: number, forms: string, locale: string): string {
  const [one = '', other = one] = forms.split('|');
  return plurals(locale).select(value) === 'one' ? one : other;
}

function select(word: string, forms: string): string {
  const found = forms.split('|').find((form) => form.startsWith(`${word}=`));
  return found?.slice(word.length + 1) ?? word;
}

function shown(value: Param, kind: string, rest: string, context: Context): string {
  if (kind === 'select') return select(String(value), rest);
  const n = typeof value === 'number' ? value : Number(value);
  if (kind === '' || Number.isNaN(n)) return String(value);
  switch (kind) {
    case 'usd':
      return usd(n);
    case 'duration':
      return duration(n, context.units);
    case 'time':
      return time(n, context);
    case 'size':
      return size(n);
    case 'number':
      return number(n, context.locale);
    case 'plural':
      return plural(n, rest, context.locale);
    default:
      return String(value);
  }
}

const HOLE = /\{(\w+)(?::(\w+))?(?::([^}]*))?\}/g;

export function format(template: string, params: Params, context: Context): string {
  const text = template.replace(HOLE, (_, name: string, kind = '', rest = '') => {
    const value = params[name];
    if (value !== undefined && value !== null) return shown(value, kind, rest, context);
    // A price that nobody knows is said to be unknown, not to be nothing.
    return kind === 'usd' && value === null ? '$?' : '';
  });
  return text.trim();
}

/** The names and kinds of the parameters a template holds, for the parity test. */
export function holes(template: string): string[] {
  const found = [...template.matchAll(HOLE)].map(([, name = '', kind = '']) => `${name}:${kind}`);
  return [...new Set(found)].sort();
}
