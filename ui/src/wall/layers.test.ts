import { describe, expect, it, vi } from 'vitest';
import { hand, settle } from '../../test/hand';
import { Layers } from './layers.svelte';

const pro = { width: 5504, height: 3072 };
const all = { x: 0, y: 0, ...pro };
const seen = { x: 2000, y: 1000, width: 700, height: 800 };

function setUp() {
  const source = hand();
  const layers = new Layers('p1', pro, (path) => path, vi.fn(), source.load);
  const tiles = () => source.open.filter((one) => one.url.includes('tile'));
  return { ...source, layers, tiles };
}

describe('the layers of a picture', () => {
  it('show the thumbnail first, and are ready when the tiles that are seen are here', async () => {
    const { layers, find, tiles } = setUp();
    const thumb = find('thumb').give();
    await settle();
    expect(layers.base).toBe(thumb);
    expect(layers.shown).toBe(true);
    expect(layers.state).toBe('loading');
    void layers.show(all, 0.1);
    for (const one of tiles()) one.give();
    await settle();
    expect(layers.state).toBe('ready');
  });

  it('say when the file is missing', async () => {
    const { layers, find, tiles } = setUp();
    find('thumb').fail();
    void layers.rest(all, 0.1);
    for (const one of tiles()) one.fail();
    await settle();
    expect(layers.state).toBe('missing');
  });

  it('ask for exact pixels from 1:1 on and only at rest, after the tiles, and once', async () => {
    const { layers, open, tiles } = setUp();
    const crops = () => open.filter((one) => one.url.includes('crop')).length;
    void layers.rest(all, 0.9);
    void layers.show(seen, 1);
    for (const one of tiles()) one.give();
    await settle();
    expect(crops()).toBe(0);
    void layers.rest(seen, 1);
    void layers.rest(seen, 1);
    for (const one of tiles()) one.give();
    await settle();
    expect(crops()).toBe(1);
  });

  it('ask for nothing once they are closed', async () => {
    const { layers, find, open } = setUp();
    find('thumb').give();
    await settle();
    layers.close();
    await layers.pass(seen, 1);
    await layers.rest(seen, 2);
    expect(open).toHaveLength(1);
  });

  it('forget the exact part that waits for tiles when one looks elsewhere', async () => {
    const { layers, open, tiles } = setUp();
    void layers.rest(seen, 1);
    void layers.pass({ ...seen, x: 300 }, 1);
    for (const one of tiles()) one.give();
    await settle();
    expect(open.some((one) => one.url.includes('crop'))).toBe(false);
  });

  it('do not wait for tiles where those would be enlarged', () => {
    const { layers, find } = setUp();
    void layers.rest(seen, 2);
    expect(find('crop').url).toMatch(/crop\/\d+,\d+,(\d+),(\d+)\/\1x\2$/);
  });

  it('ask for nothing beside the exact pixels where the engine has the picture decoded', async () => {
    const { layers, find, tiles } = setUp();
    void layers.show(all, 0.1);
    for (const one of tiles()) one.give();
    await settle();
    void layers.warm();
    find('crop').give();
    await settle();
    const before = tiles().length;
    void layers.rest(seen, 2);
    expect(tiles()).toHaveLength(before);
    const exact = find('crop').give();
    await settle();
    expect(layers.detail?.bitmap).toBe(exact);
    expect(tiles().length).toBeGreaterThan(before);
  });

  it('ask for tiles after all where decoded pixels are late', async () => {
    vi.useFakeTimers();
    const { layers, find, tiles } = setUp();
    void layers.rest(seen, 2);
    find('crop').give();
    for (const one of tiles()) one.give();
    await vi.advanceTimersByTimeAsync(0);
    const before = tiles().length;
    void layers.rest({ ...seen, x: 4000 }, 2);
    expect(tiles()).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(200);
    expect(tiles().length).toBeGreaterThan(before);
    vi.useRealTimers();
  });

  it('keep the last exact part until the next one is there, then close it', async () => {
    const { layers, find } = setUp();
    void layers.rest(seen, 2);
    const first = find('crop').give();
    await settle();
    expect(layers.detail?.bitmap).toBe(first);
    void layers.rest({ ...seen, x: 4000 }, 2);
    expect(layers.detail?.bitmap).toBe(first);
    const second = find('crop').give();
    await settle();
    expect(layers.detail?.bitmap).toBe(second);
    expect(first.close).toHaveBeenCalledOnce();
  });

  it('drop a request that is no longer wanted', async () => {
    const { layers, find } = setUp();
    void layers.rest(seen, 2);
    const stale = find('crop');
    void layers.rest(all, 0.1);
    expect(stale.signal.aborted).toBe(true);
    await settle();
    expect(layers.detail).toBeNull();
  });

  it('do not ask again for a part that failed', async () => {
    const { layers, open, find } = setUp();
    void layers.rest(seen, 2);
    find('crop').fail();
    await settle();
    const before = open.length;
    void layers.rest(seen, 2);
    expect(open).toHaveLength(before);
  });

  it('let the engine decode the picture once, when it is there', async () => {
    const { layers, open, tiles } = setUp();
    const pixels = () => open.filter((one) => one.url.endsWith('crop/0,0,1,1/1x1'));
    void layers.warm();
    void layers.show(all, 0.1);
    for (const one of tiles()) one.give();
    await settle();
    expect(pixels()).toHaveLength(0);
    void layers.warm();
    void layers.warm();
    expect(pixels()).toHaveLength(1);
    const bitmap = pixels()[0]?.give();
    await settle();
    expect(bitmap?.close).toHaveBeenCalledOnce();
    expect(layers.detail).toBeNull();
  });

  it('let go of everything', async () => {
    const { layers, find } = setUp();
    const thumb = find('thumb').give();
    await settle();
    void layers.rest(seen, 2);
    const tile = find('tile').give();
    await settle();
    layers.close();
    expect(thumb.close).toHaveBeenCalledOnce();
    expect(tile.close).toHaveBeenCalledOnce();
    expect(find('crop').signal.aborted).toBe(true);
    expect(layers.base).toBeNull();
  });
});
