import { describe, expect, it, vi } from 'vitest';
import { Layers } from './layers.svelte';

const pro = { width: 5504, height: 3072 };
const seen = { x: 2000, y: 1000, width: 700, height: 800 };

/** Answers by hand, so that order and failure can be chosen. */
function hand() {
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

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function setUp() {
  const source = hand();
  const changed = vi.fn();
  const layers = new Layers('p1', pro, (path) => path, changed, source.load);
  return { ...source, layers, changed };
}

describe('the layers of a picture', () => {
  it('shows the thumbnail until the overview is there, and closes it then', async () => {
    const { layers, find } = setUp();
    const thumb = find('thumb').give();
    await settle();
    expect(layers.base).toBe(thumb);
    expect(layers.state).toBe('loading');
    const overview = find('overview').give();
    await settle();
    expect(layers.base).toBe(overview);
    expect(layers.state).toBe('ready');
    expect(thumb.close).toHaveBeenCalledOnce();
  });

  it('never replaces the overview by a late thumbnail', async () => {
    const { layers, find } = setUp();
    const overview = find('overview').give();
    await settle();
    const thumb = find('thumb').give();
    await settle();
    expect(layers.base).toBe(overview);
    expect(thumb.close).toHaveBeenCalledOnce();
  });

  it('says when the file is missing', async () => {
    const { layers, find } = setUp();
    find('thumb').fail();
    find('overview').fail();
    await settle();
    expect(layers.state).toBe('missing');
  });

  it('asks for a sharp part only where the overview is not enough, and once', async () => {
    const { layers, open } = setUp();
    void layers.rest({ x: 0, y: 0, width: 5504, height: 3072 }, 0.2);
    expect(open).toHaveLength(2);
    void layers.rest(seen, 1);
    void layers.rest(seen, 1);
    expect(open).toHaveLength(3);
  });

  it('keeps the last sharp part until the next one is there, then closes it', async () => {
    const { layers, find } = setUp();
    void layers.rest(seen, 1);
    const first = find('crop').give();
    await settle();
    expect(layers.detail?.bitmap).toBe(first);
    void layers.rest({ ...seen, x: 4000 }, 1);
    expect(layers.detail?.bitmap).toBe(first);
    const second = find('crop').give();
    await settle();
    expect(layers.detail?.bitmap).toBe(second);
    expect(first.close).toHaveBeenCalledOnce();
  });

  it('drops a request that is no longer wanted', async () => {
    const { layers, find } = setUp();
    void layers.rest(seen, 1);
    const stale = find('crop');
    void layers.rest({ ...seen, x: 100 }, 1);
    expect(stale.signal.aborted).toBe(true);
    await settle();
    expect(layers.detail).toBeNull();
  });

  it('does not ask again for a crop that failed', async () => {
    const { layers, open, find } = setUp();
    void layers.rest(seen, 1);
    find('crop').fail();
    await settle();
    void layers.rest(seen, 1);
    expect(open).toHaveLength(3);
  });

  it('lets go of everything', async () => {
    const { layers, find } = setUp();
    const overview = find('overview').give();
    await settle();
    void layers.rest(seen, 1);
    layers.close();
    expect(overview.close).toHaveBeenCalledOnce();
    expect(find('crop').signal.aborted).toBe(true);
    expect(layers.base).toBeNull();
  });
});
