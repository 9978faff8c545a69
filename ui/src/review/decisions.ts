// What was decided about which picture, in order, so that the last one can be taken back. No state of its own.

export type Verdict = 'kept' | 'rejected' | 1 | 2 | 3 | 4 | 5;

export interface Decision {
  id: string;
  verdict: Verdict;
  /** Where it stood in the list. */
  at: number;
  /** How the picture was before, to take the decision back. */
  before: Marks;
  /** What had been decided about it before, if anything. */
  earlier: Verdict | null;
}

/** What the library keeps of a decision. */
export interface Marks {
  rating: number;
  trashed: boolean;
}

/** Keeping touches nothing but the trash: a rating that a picture has, it keeps. */
export function marksOf(verdict: Verdict, before: Marks): Marks {
  if (verdict === 'rejected') return { ...before, trashed: true };
  return { rating: verdict === 'kept' ? before.rating : verdict, trashed: false };
}

export interface Tally {
  decided: number;
  kept: number;
  rejected: number;
  /** How many got one star, two, … */
  rated: [number, number, number, number, number];
}

export function tally(verdicts: Iterable<Verdict>): Tally {
  const sum: Tally = { decided: 0, kept: 0, rejected: 0, rated: [0, 0, 0, 0, 0] };
  for (const verdict of verdicts) {
    sum.decided += 1;
    if (verdict === 'kept') sum.kept += 1;
    else if (verdict === 'rejected') sum.rejected += 1;
    else sum.rated[verdict - 1] = (sum.rated[verdict - 1] ?? 0) + 1;
  }
  return sum;
}

/** The best for the wall: by rating, then those that were kept; in the order of the list among equals. */
export function best(ids: readonly string[], verdicts: ReadonlyMap<string, Verdict>, most: number): string[] {
  const worth = (id: string) => {
    const verdict = verdicts.get(id);
    return typeof verdict === 'number' ? verdict : verdict === 'kept' ? 0 : -1;
  };
  return ids
    .filter((id) => worth(id) >= 0)
    .sort((a, b) => worth(b) - worth(a))
    .slice(0, most);
}
