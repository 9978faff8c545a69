// What is chosen in the filter bar, and the filter that follows from it.

import type { PictureFilter } from '@/bindings/api';

/** Everything in the library. */
export const ANY: PictureFilter = {
  search: null,
  models: [],
  accounts: [],
  sizes: [],
  aspects: [],
  tags: [],
  collections: [],
  sheet: null,
  rating_min: null,
  rating_max: null,
  from_ms: null,
  to_ms: null,
  usd_min: null,
  usd_max: null,
  practice: null,
  fallback: null,
  trouble: null,
  imported: null,
  damaged: null,
  trash: false,
};

export const RATINGS = ['1', '2', '3', '4', '5'];
export const TIMES = ['today', 'week', 'month', 'last-month', 'year'];
export const PRICES = ['low', 'middle', 'high'];
export const MARKS = ['real', 'practice', 'imported'];
export const STATES = ['rated', 'unrated', 'fallback', 'trouble', 'damaged'] as const;
export type State = (typeof STATES)[number];

/** One choice of each kind, of the states any that go together (`rated fallback`), days as `2026-01-31`; empty leaves it open. */
export interface Choices {
  collection: string;
  model: string;
  size: string;
  aspect: string;
  rating: string;
  time: string;
  from: string;
  to: string;
  tag: string;
  account: string;
  price: string;
  mark: string;
  state: string;
  sheet: string;
}

export const OPEN: Choices = {
  collection: '',
  model: '',
  size: '',
  aspect: '',
  rating: '',
  time: '',
  from: '',
  to: '',
  tag: '',
  account: '',
  price: '',
  mark: '',
  state: '',
  sheet: '',
};

export function chosen(choices: Choices): number {
  return Object.values(choices).filter((choice) => choice !== '').length;
}

const list = (choice: string) => (choice === '' ? [] : [choice]);

/** From and until when, in the days and months of this machine. */
function period(choice: string, now: Date): [Date | null, Date | null] {
  const year = now.getFullYear();
  const month = now.getMonth();
  const day = now.getDate();
  switch (choice) {
    case 'today':
      return [new Date(year, month, day), null];
    case 'week':
      return [new Date(year, month, day - 6), null];
    case 'month':
      return [new Date(year, month), null];
    case 'last-month':
      return [new Date(year, month - 1), new Date(year, month)];
    case 'year':
      return [new Date(year, 0), null];
    default:
      return [null, null];
  }
}

/** The beginning of a day as it is typed; null where it is none. */
function day(text: string, later = 0): Date | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text.trim()) ?? [];
  const found = new Date(Number(year), Number(month) - 1, Number(date));
  // A 31st of June is none, and a year before the first picture is a slip.
  if (found.getDate() !== Number(date) || found.getFullYear() < 1970) return null;
  return new Date(Number(year), Number(month) - 1, Number(date) + later);
}

export const statesOf = (choice: string): State[] => STATES.filter((one) => choice.split(' ').includes(one));

/** The states with this one more or less; rated and not rated leave each other no picture. */
export function toggledState(choice: string, state: State): string {
  const others: Partial<Record<State, State>> = { rated: 'unrated', unrated: 'rated' };
  const now = statesOf(choice);
  if (now.includes(state)) return now.filter((one) => one !== state).join(' ');
  return STATES.filter((one) => one === state || (now.includes(one) && one !== others[state])).join(' ');
}

const CENTS = 10_000;
const prices: Record<string, [number | null, number | null]> = {
  low: [null, 5 * CENTS],
  middle: [5 * CENTS + 1, 15 * CENTS],
  high: [15 * CENTS + 1, null],
};

export function filterOf(choices: Choices, search: string, trash: boolean, now: Date): PictureFilter {
  // A named time, or the days that are typed.
  const [named, until] = period(choices.time, now);
  const [from, to] = [named ?? day(choices.from), until ?? day(choices.to, 1)];
  const states = statesOf(choices.state);
  const is = (state: State) => states.includes(state);
  const [least, most] = prices[choices.price] ?? [null, null];
  const stars = Number(choices.rating);
  return {
    search: search === '' ? null : search,
    models: list(choices.model),
    accounts: list(choices.account),
    sizes: list(choices.size),
    aspects: list(choices.aspect),
    tags: list(choices.tag),
    collections: list(choices.collection),
    sheet: choices.sheet === '' ? null : choices.sheet,
    rating_min: stars > 0 ? stars : is('rated') ? 1 : null,
    rating_max: is('unrated') ? 0 : null,
    from_ms: from?.getTime() ?? null,
    to_ms: to?.getTime() ?? null,
    usd_min: least,
    usd_max: most,
    practice: choices.mark === 'practice' ? true : choices.mark === 'real' ? false : null,
    fallback: is('fallback') ? true : null,
    trouble: is('trouble') ? true : null,
    imported: choices.mark === 'imported' ? true : null,
    damaged: is('damaged') ? true : null,
    trash,
  };
}
