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
export const STATES = ['rated', 'unrated', 'fallback', 'trouble', 'damaged'];

/** One choice of each kind; empty leaves it open. */
export interface Choices {
  collection: string;
  model: string;
  size: string;
  aspect: string;
  rating: string;
  time: string;
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

const CENTS = 10_000;
const prices: Record<string, [number | null, number | null]> = {
  low: [null, 5 * CENTS],
  middle: [5 * CENTS + 1, 15 * CENTS],
  high: [15 * CENTS + 1, null],
};

export function filterOf(choices: Choices, search: string, trash: boolean, now: Date): PictureFilter {
  const [from, to] = period(choices.time, now);
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
    rating_min: stars > 0 ? stars : choices.state === 'rated' ? 1 : null,
    rating_max: choices.state === 'unrated' ? 0 : null,
    from_ms: from?.getTime() ?? null,
    to_ms: to?.getTime() ?? null,
    usd_min: least,
    usd_max: most,
    practice: choices.mark === 'practice' ? true : choices.mark === 'real' ? false : null,
    fallback: choices.state === 'fallback' ? true : null,
    trouble: choices.state === 'trouble' ? true : null,
    imported: choices.mark === 'imported' ? true : null,
    damaged: choices.state === 'damaged' ? true : null,
    trash,
  };
}
