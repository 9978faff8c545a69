import { describe, expect, it, vi } from 'vitest';
import { Exact } from './exact.svelte';

const size = { width: 8192, height: 8192 };
const at = (x: number, y: number, side = 1) => ({ id: 'a', size, rect: { x, y, width: side, height: side } });

function setUp(broken = '') {
  const asked: string[] = [];
  const closed: string[] = [];
  const load = (url: string) => {
    asked.push(url);
    if (broken && url.includes(broken)) return Promise.reject(new Error('404'));
    return Promise.resolve({ url, close: () => closed.push(url) } as unknown as ImageBitmap);
  };
  const read = vi.fn((_bitmap: ImageBitmap, x: number, y: number) => [x, y, 0] as const);
  const exact = new Exact(
    (path) => path,
    () => undefined,
    load,
    read,
  );
  return { exact, asked, closed };
}

describe('exact squares', () => {
  it('reads a pixel from the lossless square it lies in', async () => {
    const { exact, asked } = setUp();
    expect(exact.read('a', size, { x: 700, y: 20 })).toBeNull();
    exact.want([at(700, 20)]);
    await vi.waitFor(() => expect(exact.read('a', size, { x: 700, y: 20 })).toEqual([188, 20, 0]));
    expect(asked).toEqual(['picture/a/crop/512,0,512,512/512x512']);
  });

  it('drops what is not wanted any more before it was asked for', async () => {
    const { exact, asked } = setUp();
    exact.want([at(0, 0, 4096)]);
    exact.want([at(8000, 8000)]);
    await vi.waitFor(() => expect(exact.read('a', size, { x: 8000, y: 8000 })).not.toBeNull());
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('asks for nothing twice, not even for what failed', async () => {
    const { exact, asked } = setUp('/0,0');
    exact.want([at(0, 0)]);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await Promise.resolve();
    exact.want([at(0, 0), at(600, 0)]);
    await vi.waitFor(() => expect(exact.read('a', size, { x: 600, y: 0 })).not.toBeNull());
    exact.want([at(0, 0), at(600, 0)]);
    expect(asked).toHaveLength(2);
  });

  it('closes the least recently wanted when there is no room, and all at the end', async () => {
    const { exact, asked, closed } = setUp();
    exact.want([at(8000, 8000)]);
    await vi.waitFor(() => expect(exact.squaresOf(at(8000, 8000))).toHaveLength(1));
    exact.want([at(0, 0, 3584)]);
    await vi.waitFor(() => expect(asked).toHaveLength(50));
    await vi.waitFor(() => expect(closed).toHaveLength(2));
    expect(closed[0]).toContain('crop/7680,7680,');
    exact.close();
    expect(closed).toHaveLength(50);
  });
});
