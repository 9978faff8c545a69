import { describe, expect, it } from 'vitest';
import { extended, moved, NOTHING, only, pruned, toggled } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('the selection', () => {
  it('takes one, adds and removes', () => {
    let selection = toggled(only('b'), 'd');
    expect([...selection.ids]).toEqual(['b', 'd']);
    selection = toggled(selection, 'b');
    expect([...selection.ids]).toEqual(['d']);
    expect(selection.cursor).toBe('b');
  });

  it('extends from its anchor in both directions', () => {
    const down = extended(only('b'), 'd', order);
    expect([...down.ids]).toEqual(['b', 'c', 'd']);
    const up = extended(down, 'a', order);
    expect([...up.ids]).toEqual(['a', 'b']);
    expect(up.anchor).toBe('b');
    expect([...extended(NOTHING, 'c', order).ids]).toEqual(['c']);
  });

  it('moves the cursor without touching the selection', () => {
    const selection = moved(only('b'), 'e');
    expect([...selection.ids]).toEqual(['b']);
    expect(selection.cursor).toBe('e');
  });

  it('goes on with the neighbour when pictures leave', () => {
    const left = pruned(only('b'), order, ['a', 'c', 'd', 'e']);
    expect([...left.ids]).toEqual(['c']);
    const last = pruned(only('e'), order, ['a', 'b', 'c', 'd']);
    expect(last.cursor).toBe('d');
    expect(pruned(only('a'), ['a'], [])).toEqual(NOTHING);
    const two = pruned(toggled(only('a'), 'b'), order, ['a', 'c']);
    expect([...two.ids]).toEqual(['a']);
    expect(two.cursor).toBe('c');
  });
});
