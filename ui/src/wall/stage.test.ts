import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { doneJob, job } from '../../test/fake-data';
import { Stage } from './stage.svelte';
import { ofJob } from './steps';

const asked: string[] = [];
const closed: string[] = [];
const load = (url: string) => {
  asked.push(url);
  return Promise.resolve({
    width: 2048,
    height: 1143,
    close: () => closed.push(url),
  } as unknown as ImageBitmap);
};
/** Exact parts, but for the pixel that warms the engine up. */
const crops = () => asked.filter((url) => url.includes('crop') && !url.endsWith('/1x1'));
const entry = (name: string, over = {}) => ofJob({ ...doneJob(0, 0, name, over), id: `j-${name}` });

function setUp(names: string[]) {
  const stage = new Stage((path) => path, load);
  stage.resize({ width: 1388, height: 826 }, 1, 44);
  stage.show(
    names.map((name) => entry(name)),
    [],
  );
  return stage;
}

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = closed.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('the stage', () => {
  it('fits two pictures side by side', () => {
    const stage = setUp(['a', 'b']);
    expect(stage.layout.columns).toBe(2);
    expect(stage.view.fit).toBe(true);
    expect(stage.view.k).toBeCloseTo(693 / 5504, 6);
    expect(stage.isZoomed(0)).toBe(false);
  });

  it('draws once a frame, whatever happens in it', () => {
    const frames = vi.spyOn(globalThis, 'requestAnimationFrame');
    const stage = setUp(['a', 'b']);
    frames.mockClear();
    vi.advanceTimersToNextFrame();
    stage.scaleTo(1);
    stage.pan(10, 10);
    stage.zoom(1.2);
    expect(frames).toHaveBeenCalledOnce();
    frames.mockRestore();
  });

  it('asks for exact parts when the viewport rests, not while it moves', async () => {
    const stage = setUp(['a', 'b']);
    await vi.advanceTimersByTimeAsync(100);
    expect(crops()).toEqual([]);
    for (let at = 0; at < 5; at += 1) {
      stage.zoom(at === 0 ? 5504 / 693 : 1.05);
      await vi.advanceTimersByTimeAsync(30);
    }
    expect(crops()).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(crops()).toHaveLength(2);
  });

  it('paints nothing coarse while exact pixels are at hand, but does not wait for long', async () => {
    const never = (url: string) => new Promise<ImageBitmap>(() => void asked.push(url));
    const stage = new Stage(
      (path) => path,
      (url) => (url.includes('crop') && !url.endsWith('/1x1') ? never(url) : load(url)),
    );
    const canvas = document.createElement('canvas');
    let paints = 0;
    const context = new Proxy({}, { get: () => () => (paints += 1), set: () => true });
    canvas.getContext = () => context as never;
    stage.attach(0, canvas);
    stage.resize({ width: 1388, height: 826 }, 1, 44);
    stage.show([entry('a')], []);
    await vi.advanceTimersByTimeAsync(1_000);
    paints = 0;
    stage.scaleTo(2);
    await vi.advanceTimersByTimeAsync(50);
    expect(crops()).toHaveLength(1);
    expect(paints).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(paints).toBeGreaterThan(0);
  });

  it('keeps its place through a step, keeps neighbours warm, closes the rest', async () => {
    const stage = setUp(['a', 'b']);
    await vi.advanceTimersByTimeAsync(0);
    stage.scaleTo(1);
    stage.pan(200, -100);
    const { view } = stage;
    stage.show([entry('c'), entry('d')], [entry('a')]);
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.view).toEqual(view);
    expect(closed).toContain('picture/b/thumb');
    expect(closed).not.toContain('picture/a/thumb');
    stage.close();
    expect(closed).toContain('picture/c/thumb');
  });

  it('toggles between the whole picture and 1:1 where one pointed', () => {
    const stage = setUp(['a']);
    stage.toggle(0, { x: 700, y: 400 });
    expect(stage.view.k).toBe(1);
    stage.toggle(0, { x: 700, y: 400 });
    expect(stage.view.fit).toBe(true);
  });

  it('moves an unlinked pane alone, and asks for its sharp part', async () => {
    const stage = setUp(['a', 'b']);
    stage.scaleTo(1);
    stage.toggleLink(1);
    stage.scaleTo(4, 1);
    expect(stage.view.k).toBe(1);
    expect(stage.entries.map((one) => stage.scaleOf(one))).toEqual([1, 4]);
    await vi.advanceTimersByTimeAsync(200);
    expect(
      crops()
        .map((url) => url.slice(8, 9))
        .sort(),
    ).toEqual(['a', 'b']);
  });

  it('keeps a nudge on the picture while all move', () => {
    const stage = setUp(['a', 'b']);
    stage.scaleTo(1);
    stage.nudge(3, -2, 1);
    const apart = () => {
      const [a, b] = stage.entries.map((one) => stage.viewOf(one));
      return [((a?.x ?? 0) - (b?.x ?? 0)) * 5504, ((a?.y ?? 0) - (b?.y ?? 0)) * 3072];
    };
    for (const move of [() => stage.pan(40, 7), () => stage.pan(-9, 3, 1), () => stage.zoom(2, 1)]) {
      move();
      expect(apart()[0]).toBeCloseTo(3, 6);
      expect(apart()[1]).toBeCloseTo(-2, 6);
    }
    stage.lineUp();
    expect(apart()).toEqual([0, 0]);
  });

  it('reads the pixel under the pointer in the pixels of that picture', () => {
    const stage = setUp([]);
    stage.show([entry('a'), entry('b', { width: 1376, height: 768 })], []);
    stage.point(0, { x: 346, y: 390 });
    const large = stage.readout;
    stage.point(1, { x: 346, y: 390 });
    const small = stage.readout;
    expect(Math.abs((large?.x ?? 0) / 4 - (small?.x ?? 0))).toBeLessThan(3);
    stage.point(1, null);
    expect(stage.readout).toBeNull();
  });

  it('reads the middle of the pane that has the keyboard where no pointer is, once it is zoomed', () => {
    const stage = setUp(['a', 'b']);
    stage.focus(1);
    expect(stage.readout).toBeNull();
    stage.scaleTo(1);
    expect(stage.readout).not.toBeNull();
    expect(stage.spot?.pane).toBe(1);
    stage.point(0, { x: 10, y: 10 });
    expect(stage.spot).toEqual({ pane: 0, at: { x: 10, y: 10 } });
    stage.point(0, null);
    stage.focus(null);
    expect(stage.readout).toBeNull();
  });

  it('asks for the exact pixels under the pointer when it stays, and under the glass in every pane', async () => {
    const exact: string[] = [];
    const readable = (url: string) => {
      exact.push(url);
      return load(url);
    };
    const stage = new Stage((path) => path, load, readable);
    stage.resize({ width: 1388, height: 826 }, 1, 44);
    stage.show([entry('a'), entry('b')], []);
    for (let x = 100; x < 600; x += 100) {
      stage.point(0, { x, y: 400 });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(exact).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    expect(exact).toEqual(['picture/a/crop/3584,1536,512,512/512x512']);
    stage.look.toggleLoupe();
    await vi.advanceTimersByTimeAsync(60);
    expect(exact.filter((url) => url.startsWith('picture/b/')).length).toBeGreaterThan(0);
    expect(exact.every((url) => /crop\/\d+,\d+,(\d+),(\d+)\/\1x\2$/.test(url))).toBe(true);
    stage.close();
  });

  it('reads the picture that lies on top at the pointer', () => {
    const stage = setUp([]);
    stage.show([entry('a'), entry('b', { width: 1376, height: 768 })], []);
    stage.lay({ mode: 'swipe', divider: 0.5, opacity: 0.5, gain: 1, flipped: false });
    stage.point(0, { x: 200, y: 400 });
    const left = stage.readout?.x ?? 0;
    stage.point(0, { x: 1188, y: 400 });
    const right = stage.readout?.x ?? 0;
    expect(left / 5504 + right / 1376).toBeCloseTo(1, 2);
  });

  it('takes unlinked panes together where they lie over each other', () => {
    const stage = setUp(['a', 'b']);
    stage.toggleLink(1);
    stage.scaleTo(4, 1);
    stage.lay({ mode: 'blink', divider: 0.5, opacity: 0.5, gain: 1, flipped: false });
    expect(stage.layout.panes).toHaveLength(1);
    const [a, b] = stage.entries.map((one) => stage.scaleOf(one));
    expect(a).toBe(b);
    stage.lay(null);
    expect(stage.layout.panes).toHaveLength(2);
  });

  it('takes the difference of what lies over each other where one is nudged', async () => {
    const exact: string[] = [];
    const readable = (url: string) => {
      exact.push(url);
      return load(url);
    };
    const stage = new Stage((path) => path, load, readable);
    stage.resize({ width: 1388, height: 826 }, 1, 44);
    stage.show([entry('a'), entry('b')], []);
    stage.lay({ mode: 'difference', divider: 0.5, opacity: 0.5, gain: 1, flipped: false });
    stage.scaleTo(1);
    stage.nudge(3, -2, 1);
    await vi.advanceTimersByTimeAsync(200);
    const corners = exact.map((url) => /picture\/(.)\/crop\/(\d+),(\d+)/.exec(url)?.slice(1) ?? []);
    const at = (id: string) =>
      corners.filter((one) => one[0] === id).map(([, x, y]) => [Number(x), Number(y)]);
    expect(at('a').length).toBeGreaterThan(0);
    // Three to the right on the screen: under a pixel of A lies one of B that is three to the left.
    for (const [x = 0, y = 0] of at('a').slice(-3)) expect(at('b')).toContainEqual([x - 3, y + 2]);
    stage.close();
  });

  it('makes room for a job that has no picture yet', () => {
    const stage = setUp(['a']);
    stage.show([entry('a'), ofJob(job(0, 1))], []);
    expect(stage.layout.panes).toHaveLength(2);
    expect(stage.layers.size).toBe(1);
  });
});
