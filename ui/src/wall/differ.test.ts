import { describe, expect, it, vi } from 'vitest';
import { Differ } from './differ.svelte';

const size = { width: 1024, height: 1024 };
const pair = { a: 'a', b: 'b', size };
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
