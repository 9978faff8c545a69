import { describe, expect, it, vi } from 'vitest';
import type { Layers } from './layers.svelte';
import type { Overlay } from './modes';
import { paintOverlay, type Side } from './overlay';

/** Records what is drawn in which order, and through which clip. */
function brush() {
  const log: string[] = [];
  const canvas = { width: 0, height: 0 };
  const context = {
    canvas,
    globalAlpha: 1,
    save: () => log.push('save'),
    restore: () => log.push('restore'),
    beginPath: vi.fn(),
    clip: vi.fn(),
    fillRect: vi.fn(),
    rect: (x: number, _y: number, width: number) => log.push(`clip ${x}+${width}`),
    drawImage: (image: { name?: string }) =>
      log.push(`${image.name ?? 'aside'}${context.globalAlpha < 1 ? ` at ${context.globalAlpha}` : ''}`),
  };
  return { log, context: context as unknown as CanvasRenderingContext2D };
}

const size = { width: 800, height: 600 };
function side(name: string): Side {
  const base = { name, ...size };
  const tiles = { seen: () => ({ tiles: [], whole: false }) };
  const layers = { base, detail: null, size, tiles } as unknown as Layers;
  const frame = {
    pane: size,
    origin: { x: 0, y: 0 },
    scale: 1,
    visible: { x: 0, y: 0, ...size },
    background: '#000',
    moving: false,
    ratio: 1,
    minimap: null,
    echo: null,
  };
  return { layers, frame };
}

function drawn(over: Partial<Overlay>) {
  const { log, context } = brush();
  const differ = { amplify: vi.fn(), paint: vi.fn(() => log.push('difference')) };
  const overlay = { mode: 'swipe', divider: 0.25, opacity: 0.4, gain: 8, flipped: false, ...over } as Overlay;
  paintOverlay(context, [side('a'), side('b')], overlay, differ);
  return { log, differ };
}

describe('two pictures in one pane', () => {
  it('swipe: the second one right of the line only', () => {
    expect(drawn({}).log).toEqual(['a', 'save', 'clip 200+600', 'b', 'restore']);
  });

  it('blink: one or the other', () => {
    expect(drawn({ mode: 'blink' }).log).toEqual(['a']);
    expect(drawn({ mode: 'blink', flipped: true }).log).toEqual(['b']);
  });

  it('onion: the second one as a whole over the first', () => {
    const aside = brush();
    const made = vi
      .spyOn(HTMLCanvasElement.prototype, 'getContext')
      .mockReturnValue(aside.context as unknown as null);
    expect(drawn({ mode: 'onion' }).log).toEqual(['a', 'aside at 0.4']);
    expect(aside.log).toEqual(['b']);
    expect(drawn({ mode: 'onion', opacity: 0 }).log).toEqual(['a']);
    made.mockRestore();
  });

  it('difference: nothing of either picture, with the gain', () => {
    const { log, differ } = drawn({ mode: 'difference' });
    expect(log).toEqual(['difference']);
    expect(differ.amplify).toHaveBeenCalledWith(8);
  });

  it.each(['swipe', 'onion', 'difference'] as const)('%s: the second one alone while held', (mode) => {
    expect(drawn({ mode, flipped: true }).log).toEqual(['b']);
  });
});
