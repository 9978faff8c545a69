import { describe, expect, it } from 'vitest';
import { banded, extended, moved, NOTHING, only, pruned, toggled } from './selection';

const list = (...seqs: number[]) => Uint32Array.from(seqs);
const order = list(1, 2, 3, 4, 5);

describe('the selection', () => {
  it('takes one, adds and removes', () => {
    let selection = toggled(only(2), 4);
    expect([...selection.seqs]).toEqual([2, 4]);
    selection = toggled(selection, 2);
    expect([...selection.seqs]).toEqual([4]);
    expect(selection.cursor).toBe(2);
  });

  it('extends from its anchor in both directions', () => {
    const down = extended(only(2), 4, order);
    expect([...down.seqs]).toEqual([2, 3, 4]);
    const up = extended(down, 1, order);
    expect([...up.seqs]).toEqual([1, 2]);
    expect(up.anchor).toBe(2);
    expect([...extended(NOTHING, 3, order).seqs]).toEqual([3]);
  });

  it('moves the cursor without touching the selection', () => {
    const selection = moved(only(2), 5);
    expect([...selection.seqs]).toEqual([2]);
    expect(selection.cursor).toBe(5);
  });

  it('goes on with the neighbour when pictures leave', () => {
    const left = pruned(only(2), order, list(1, 3, 4, 5));
    expect([...left.seqs]).toEqual([3]);
    const last = pruned(only(5), order, list(1, 2, 3, 4));
    expect(last.cursor).toBe(4);
    expect(pruned(only(1), list(1), list())).toEqual(NOTHING);
    const two = pruned(toggled(only(1), 2), order, list(1, 3));
    expect([...two.seqs]).toEqual([1]);
    expect(two.cursor).toBe(3);
  });

  it('takes what a band touches, beside what was there', () => {
    expect(banded(new Set([1]), [4, 5])).toEqual({ seqs: new Set([1, 4, 5]), anchor: 4, cursor: 5 });
    expect(banded(new Set(), [])).toEqual(NOTHING);
  });
});
