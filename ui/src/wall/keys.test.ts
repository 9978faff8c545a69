import { describe, expect, it, vi } from 'vitest';
import { nudgeWith, panWith, wallKeys, wheelFactor, type WallActions } from './keys';

function setUp() {
  const names = ['nudge', 'zoom', 'fit', 'scaleTo', 'pan', 'step', 'fullscreen', 'info', 'back'] as const;
  const actions = Object.fromEntries(names.map((name) => [name, vi.fn()])) as unknown as WallActions;
  const press = (keys: string) =>
    wallKeys(actions)
      .keys.find((key) => key.keys === keys)
      ?.run();
  return { actions, press };
}

describe('keys of the wall', () => {
  it('zooms, fits, steps and leaves', () => {
    const { actions, press } = setUp();
    for (const keys of ['0', '1', '2', ']', 'PageUp', 'Escape']) press(keys);
    expect(actions.fit).toHaveBeenCalledOnce();
    expect(actions.scaleTo).toHaveBeenNthCalledWith(1, 1);
    expect(actions.scaleTo).toHaveBeenNthCalledWith(2, 2);
    expect(actions.step).toHaveBeenNthCalledWith(1, 1);
    expect(actions.step).toHaveBeenNthCalledWith(2, -1);
    expect(actions.back).toHaveBeenCalledOnce();
  });

  it('comes back to the same zoom after in and out', () => {
    const { actions, press } = setUp();
    press('+');
    press('-');
    const [[up], [down]] = vi.mocked(actions.zoom).mock.calls as [[number], [number]];
    expect(up * down).toBeCloseTo(1, 10);
  });

  it('pans towards the arrow, faster with Shift', () => {
    const { actions } = setUp();
    expect(panWith(actions, 'ArrowRight', false)).toBe(true);
    expect(panWith(actions, 'ArrowUp', true)).toBe(true);
    expect(panWith(actions, 'a', true)).toBe(false);
    expect(actions.pan).toHaveBeenNthCalledWith(1, -48, 0);
    expect(actions.pan).toHaveBeenNthCalledWith(2, 0, 240);
  });

  it('nudges the picture towards the arrow', () => {
    const { actions, press } = setUp();
    press('Alt+ArrowRight');
    expect(nudgeWith(actions, 'ArrowUp', true)).toBe(true);
    expect(actions.nudge).toHaveBeenNthCalledWith(1, 1, -0);
    expect(actions.nudge).toHaveBeenNthCalledWith(2, -0, -10);
  });

  it('goes on only by keys that move, zoom or step while they are held', () => {
    const on = wallKeys(setUp().actions)
      .keys.filter((key) => key.repeats)
      .map((key) => key.keys);
    for (const keys of ['ArrowLeft', 'Alt+ArrowUp', '+', '-', '[', ']', 'PageDown'])
      expect(on).toContain(keys);
    for (const keys of ['Delete', 'k', 'p', 't', 'Escape', 'h']) expect(on).not.toContain(keys);
  });

  it('has no key twice, and none that spends money', () => {
    const all = wallKeys(setUp().actions).keys;
    expect(new Set(all.map((key) => key.keys)).size).toBe(all.length);
    expect(all.map((key) => key.does)).not.toContain('wall.key.redo');
  });

  it('zooms in when the wheel turns away, alike in pixels and lines', () => {
    expect(wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false })).toBeGreaterThan(1.1);
    expect(wheelFactor({ deltaY: 3, deltaMode: 1, ctrlKey: false })).toBeLessThan(1);
    const turn = wheelFactor({ deltaY: 40, deltaMode: 0, ctrlKey: false });
    expect(turn * wheelFactor({ deltaY: -40, deltaMode: 0, ctrlKey: false })).toBeCloseTo(1, 10);
    expect(wheelFactor({ deltaY: -5, deltaMode: 0, ctrlKey: true })).toBeCloseTo(Math.exp(0.05), 10);
  });
});
