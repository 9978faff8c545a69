import { describe, expect, it } from 'vitest';
import { Alignment } from './alignment.svelte';

const shared = { x: 0.5, y: 0.5, k: 1, fit: false };

describe('panes beside the others', () => {
  it('follows the others until it is unlinked', () => {
    const alignment = new Alignment();
    expect(alignment.viewOf('a', shared)).toBe(shared);
    alignment.unlink('a', shared);
    expect(alignment.viewOf('a', { ...shared, k: 4 })).toEqual(shared);
    expect(alignment.move('a', { ...shared, k: 2 })).toBeNull();
    expect(alignment.viewOf('a', shared).k).toBe(2);
    expect(alignment.viewOf('b', shared)).toBe(shared);
  });

  it('keeps the place it was moved to when it is linked again, but not the zoom', () => {
    const alignment = new Alignment();
    alignment.unlink('a', shared);
    alignment.move('a', { ...shared, x: 0.6, k: 3 });
    alignment.link('a', shared);
    const view = alignment.viewOf('a', shared);
    expect(view.x).toBeCloseTo(0.6, 10);
    expect(view.k).toBe(1);
    expect(alignment.isNudged('a')).toBe(true);
  });

  it('moves the shared viewport by what a nudged pane moves', () => {
    const alignment = new Alignment();
    alignment.nudge('a', { x: 0.1, y: -0.05 });
    const before = alignment.viewOf('a', shared);
    const after = alignment.move('a', { ...before, x: before.x + 0.2 });
    expect(after?.x).toBeCloseTo(0.7, 10);
    expect(after?.y).toBeCloseTo(0.5, 10);
  });

  it('forgets a nudge that was taken back, and everything when asked', () => {
    const alignment = new Alignment();
    alignment.nudge('a', { x: 0.1, y: 0 });
    alignment.nudge('a', { x: -0.1, y: 0 });
    expect(alignment.any).toBe(false);
    alignment.nudge('a', { x: 0.1, y: 0 });
    alignment.unlink('b', shared);
    alignment.reset();
    expect(alignment.any).toBe(false);
    expect(alignment.isUnlinked('b')).toBe(false);
  });
});
