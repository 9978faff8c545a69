import { describe, expect, it, vi } from 'vitest';
import { Differ } from './differ.svelte';

const size = { width: 1024, height: 1024 };
const pair = { a: 'a', b: 'b', size, shift: { x: 0, y: 0 } };
const whole = { x: 0, y: 0, ...size };

/** Pictures of one grey each; `asked` are the addresses in order. */
function setUp(greys: Record<string, number>, broken: (url: string) => boolean = () => false) {
  const asked: string[] = [];
  const closed = vi.fn();
  const load = (url: string) => {
    asked.push(url);
    if (broken(url)) return Promise.reject(new Error('404'));
    const grey = greys[url.split('/')[1] ?? ''] ?? 0;
    return Promise.resolve({ width: 512, height: 512, grey, close: closed } as unknown as ImageBitmap);
  };
  const read = (bitmap: ImageBitmap) =>
    new Uint8ClampedArray(512 * 512 * 4).fill((bitmap as unknown as { grey: number }).grey);
  const changed = vi.fn();
  return { asked, closed, changed, differ: new Differ((path) => path, changed, load, read) };
}

describe('the difference in sight', () => {
  it('asks for lossless squares of both, also from far away, and lets go of them', async () => {
    const { differ, asked, closed } = setUp({ a: 40, b: 33 });
    differ.rest(pair, whole, 0.1);
    await vi.waitFor(() => expect(differ.done).toBe(4));
    expect(asked).toHaveLength(8);
    for (const url of asked) expect(url).toMatch(/^picture\/[ab]\/crop\/\d+,\d+,512,512\/512x512$/);
    expect(differ.max).toBe(7);
    expect(closed).toHaveBeenCalledTimes(8);
  });

  it('asks for nothing twice, and compares again when one looks closer', async () => {
    const { differ, asked } = setUp({ a: 1, b: 1 });
    differ.rest(pair, whole, 0.2);
    differ.rest(pair, whole, 0.2);
    await vi.waitFor(() => expect(differ.done).toBe(4));
    differ.rest(pair, whole, 0.22);
    expect(asked).toHaveLength(8);
    differ.rest(pair, { x: 0, y: 0, width: 100, height: 100 }, 1);
    expect(differ.wanted).toBe(1);
    await vi.waitFor(() => expect(asked).toHaveLength(10));
    await vi.waitFor(() => expect(differ.done).toBe(1));
    expect(differ.max).toBe(0);
  });

  it('starts afresh with another pair, whatever is on its way', async () => {
    const { differ } = setUp({ a: 0, b: 9, c: 200 });
    differ.rest(pair, whole, 1);
    differ.rest({ ...pair, b: 'c' }, whole, 1);
    await vi.waitFor(() => expect(differ.done).toBe(4));
    expect(differ.max).toBe(200);
  });

  it('compares what lies over each other where the two are nudged, and nothing beyond the edge', async () => {
    const { differ, asked } = setUp({ a: 40, b: 33 });
    differ.rest(pair, whole, 1);
    await vi.waitFor(() => expect(differ.done).toBe(4));
    asked.length = 0;
    differ.rest({ ...pair, shift: { x: 3, y: -2 } }, whole, 1);
    await vi.waitFor(() => expect(differ.done).toBe(4));
    expect(asked.sort()).toEqual([
      'picture/a/crop/0,2,512,510/512x510',
      'picture/a/crop/0,512,512,512/512x512',
      'picture/a/crop/512,2,509,510/509x510',
      'picture/a/crop/512,512,509,512/509x512',
      'picture/b/crop/3,0,512,510/512x510',
      'picture/b/crop/3,510,512,512/512x512',
      'picture/b/crop/515,0,509,510/509x510',
      'picture/b/crop/515,510,509,512/509x512',
    ]);
    differ.rest({ ...pair, shift: { x: 600, y: 0 } }, { x: 512, y: 0, width: 512, height: 512 }, 1);
    expect([differ.wanted, differ.apart]).toEqual([0, true]);
    // What is seen of A ends where B begins, though both share its square.
    differ.rest({ ...pair, shift: { x: -100, y: 0 } }, { x: 0, y: 0, width: 90, height: 90 }, 1);
    expect([differ.wanted, differ.apart]).toEqual([0, true]);
    differ.rest({ ...pair, shift: { x: -100, y: 0 } }, { x: 0, y: 0, width: 110, height: 90 }, 1);
    expect([differ.wanted, differ.apart]).toEqual([1, false]);
  });

  it('says how much could not be read, and does not ask again and again', async () => {
    const { differ, asked } = setUp({}, (url) => url.includes('/b/crop/0,0'));
    differ.rest(pair, whole, 1);
    await vi.waitFor(() => expect(differ.done).toBe(3));
    expect(differ.failed).toBe(1);
    const before = asked.length;
    differ.rest(pair, whole, 1);
    expect(asked).toHaveLength(before);
  });
});
