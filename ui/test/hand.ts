// Pictures that come when a test says so, or do not.

import { vi } from 'vitest';

export function hand() {
  const open: { url: string; signal: AbortSignal; give: () => ImageBitmap; fail: () => void }[] = [];
  const load = (url: string, signal: AbortSignal) =>
    new Promise<ImageBitmap>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      const bitmap = { width: 1, height: 1, close: vi.fn() } as unknown as ImageBitmap;
      const give = () => (resolve(bitmap), bitmap);
      open.push({ url, signal, give, fail: () => reject(new Error('404')) });
    });
  const find = (part: string) => {
    const found = open.findLast((one) => one.url.includes(part));
    if (!found) throw new Error(`nothing asked for ${part}`);
    return found;
  };
  return { open, load, find };
}

export const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
