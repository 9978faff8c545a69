// How a change to pictures is taken back, from what they were before it and are after it.

import type { ChangePictures, PictureView } from '@/bindings/api';

export type Change = Partial<Omit<ChangePictures, 'seqs'>>;

export interface Back {
  seqs: number[];
  change: Change;
}

export interface Undo {
  /** Catalogue key that says of how many pictures what was done. */
  done: string;
  pictures: number;
  back: Back[];
}

/** Pictures that were alike go back together; those that nothing became of are left out. */
export function wayBack(before: readonly PictureView[], after: readonly PictureView[]): Back[] {
  const found = new Map(after.map((one) => [one.seq, one]));
  const backs = new Map<string, Back>();
  for (const was of before) {
    const is = found.get(was.seq);
    const change = is ? between(was, is) : {};
    if (Object.keys(change).length === 0) continue;
    const alike = JSON.stringify(change);
    const back = backs.get(alike) ?? { seqs: [], change };
    back.seqs.push(was.seq);
    backs.set(alike, back);
  }
  return [...backs.values()];
}

function between(was: PictureView, is: PictureView): Change {
  const change: Change = {};
  const missing = (from: string[], there: string[]) => from.filter((name) => !there.includes(name));
  const lists = {
    tag: missing(was.tags, is.tags),
    untag: missing(is.tags, was.tags),
    collect: missing(was.collections, is.collections),
    uncollect: missing(is.collections, was.collections),
  };
  if (was.rating !== is.rating) change.rating = was.rating;
  for (const kind of ['tag', 'untag', 'collect', 'uncollect'] as const)
    if (lists[kind].length > 0) change[kind] = lists[kind];
  return change;
}
