import { afterEach, expect, test, vi } from 'vitest';
import { loadBitmap } from './loader';

afterEach(() => vi.unstubAllGlobals());

test('who stops waiting is told at once, and the element is used again', async () => {
  const made: FakeImage[] = [];
  class FakeImage {
    src = '';
    crossOrigin: string | null = null;
    settle: (() => void)[] = [];
    constructor() {
      made.push(this);
    }
    // As WebKit's: what was taken away never settles.
    decode = () => new Promise<void>((ok) => this.settle.push(ok));
    removeAttribute = () => (this.src = '');
  }
  vi.stubGlobal('Image', FakeImage);
  vi.stubGlobal('createImageBitmap', (image: FakeImage) => Promise.resolve({ of: image.src }));

  const stop = new AbortController();
  const first = loadBitmap('a', stop.signal);
  stop.abort();
  await expect(first).rejects.toBe(stop.signal.reason);
  expect(made[0]?.src).toBe('');

  const second = loadBitmap('b', new AbortController().signal);
  made[0]?.settle.forEach((ok) => ok());
  await expect(second).resolves.toEqual({ of: 'b' });
  expect(made).toHaveLength(1);
});
