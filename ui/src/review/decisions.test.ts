import { describe, expect, it } from 'vitest';
import { best, marksOf, tally, type Verdict } from './decisions';

describe('decisions', () => {
  it('keep, reject and rate as the library does', () => {
    const before = { rating: 3, trashed: true };
    expect(marksOf('kept', before)).toEqual({ rating: 3, trashed: false });
    expect(marksOf('rejected', { rating: 3, trashed: false })).toEqual({ rating: 3, trashed: true });
    expect(marksOf(5, before)).toEqual({ rating: 5, trashed: false });
  });

  it('are counted by kind', () => {
    expect(tally(['kept', 'rejected', 5, 5, 1, 'rejected'])).toEqual({
      decided: 6,
      kept: 1,
      rejected: 2,
      rated: [1, 0, 0, 0, 2],
    });
  });

  it('name the best: stars first, then what was kept, never what was rejected or not looked at', () => {
    const verdicts = new Map<string, Verdict>([
      ['a', 'kept'],
      ['b', 2],
      ['c', 'rejected'],
      ['d', 5],
      ['f', 'kept'],
    ]);
    expect(best(['a', 'b', 'c', 'd', 'e', 'f'], verdicts, 9)).toEqual(['d', 'b', 'a', 'f']);
    expect(best(['a', 'b', 'c', 'd', 'e', 'f'], verdicts, 2)).toEqual(['d', 'b']);
  });
});
