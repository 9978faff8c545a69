import { describe, expect, it, vi } from 'vitest';
import { hand, settle } from '../../test/hand';
import { Tiles } from './tiles';

const pro = { width: 5504, height: 3072 };
const all = { x: 0, y: 0, ...pro };
const seen = { x: 2000, y: 1000, width: 700, height: 800 };

function setUp() {
  const source = hand();
  const changed = vi.fn();
  return { ...source, changed, tiles: new Tiles('p1', pro, (path) => path, changed, source.load) };
}

describe('the tiles of a picture', () => {
  it('come from the copy that fits the scale, by the places the host knows', () => {
    const { tiles, open } = setUp();
    void tiles.want(all, 0.25);
    expect(open.map((one) => one.url).sort()).toEqual([
      'picture/p1/tile/2/0/0',
      'picture/p1/tile/2/0/1',
      'picture/p1/tile/2/1/0',
      'picture/p1/tile/2/1/1',
      'picture/p1/tile/2/2/0',
      'picture/p1/tile/2/2/1',
    ]);
  });

  it('are asked for once, and let go of when one looks elsewhere', async () => {
    const { tiles, open } = setUp();
    void tiles.want(seen, 1);
    const first = open.length;
    void tiles.want(seen, 1);
    expect(open).toHaveLength(first);
    void tiles.want({ ...seen, x: 4800 }, 1);
    expect(open.slice(0, first).every((one) => one.signal.aborted)).toBe(true);
    // And one may come back before the refusal has arrived.
    void tiles.want(seen, 1);
    expect(open.slice(first).some((one) => one.url === open[0]?.url)).toBe(true);
    await settle();
  });

  it('come one after the other while one moves, and no further than one looks', async () => {
    const { tiles, open } = setUp();
    void tiles.want(seen, 1, true);
    expect(open).toHaveLength(1);
    open[0]?.give();
    await settle();
    expect(open).toHaveLength(2);
    void tiles.want({ ...seen, x: 0 }, 1, true);
    open[1]?.give();
    await settle();
    expect(open).toHaveLength(3);
    expect(open[2]?.url).toMatch(/tile\/0\/[01]\//);
  });

  it('are not asked for any more once the picture is closed', async () => {
    const { tiles, open } = setUp();
    void tiles.want(seen, 1, true);
    tiles.close();
    open[0]?.fail();
    await settle();
    expect(open).toHaveLength(1);
  });

  it('cover a part when all are here, and until then what else there is, the coarsest first', async () => {
    const { tiles, open } = setUp();
    void tiles.want(all, 0.125);
    for (const one of open) one.give();
    await settle();
    expect(tiles.seen(all, 0.125).whole).toBe(true);
    const coarse = open.length;
    void tiles.want(seen, 1);
    open[coarse]?.give();
    await settle();
    const { tiles: drawn, whole } = tiles.seen(seen, 1);
    expect(whole).toBe(false);
    expect(drawn.map((tile) => tile.level)).toEqual([3, 0]);
    for (const one of open.slice(coarse + 1)) one.give();
    await settle();
    expect(tiles.seen(seen, 1).whole).toBe(true);
    expect(tiles.seen(seen, 1).tiles.every((tile) => tile.level === 0)).toBe(true);
  });

  it('are kept while there is room, and closed then, the longest unseen first', async () => {
    const { tiles, open } = setUp();
    const bitmaps: ImageBitmap[] = [];
    for (let x = 0; x < 5000; x += 512) {
      const from = open.length;
      const done = tiles.want({ x, y: 0, width: 512, height: 2048 }, 1);
      for (const one of open.slice(from)) bitmaps.push(one.give());
      await done;
    }
    const closed = bitmaps.map((bitmap) => vi.mocked(bitmap.close).mock.calls.length);
    expect(closed.slice(-32)).toEqual(Array(32).fill(0));
    expect(closed.slice(0, -32)).toEqual(Array(closed.length - 32).fill(1));
  });

  it('that do not exist are not asked for again', async () => {
    const { tiles, open } = setUp();
    void tiles.want(all, 0.1);
    for (const one of open) one.fail();
    await settle();
    expect(tiles.hopeless).toBe(true);
    const before = open.length;
    await tiles.want(all, 0.1);
    expect(open).toHaveLength(before);
  });
});
