import { describe, expect, it, vi } from 'vitest';
import type { Layers } from './layers.svelte';
import { paint, type Frame } from './painter';

const size = { width: 5504, height: 3072 };
const bitmap = (width: number, height: number) => ({ width, height }) as ImageBitmap;

function brush() {
  const drawn: { image: unknown; args: number[]; smooth: boolean }[] = [];
  const context = {
    imageSmoothingEnabled: true,
    imageSmoothingQuality: 'low',
    fillRect: vi.fn(),
    strokeRect: vi.fn(),
    beginPath: vi.fn(),
    moveTo: vi.fn(),
    lineTo: vi.fn(),
    stroke: vi.fn(),
    drawImage(image: unknown, ...args: number[]) {
      drawn.push({ image, args, smooth: context.imageSmoothingEnabled });
    },
  };
  return { drawn, context: context as unknown as CanvasRenderingContext2D };
}

const frame = (over: Partial<Frame>): Frame => ({
  pane: { width: 700, height: 800 },
  origin: { x: -2000, y: -1000 },
  scale: 1,
  visible: { x: 2000, y: 1000, width: 700, height: 800 },
  background: '#121212',
  moving: false,
  ratio: 1,
  minimap: null,
  echo: null,
  ...over,
});

const detail = (out: { width: number; height: number }) => ({
  crop: { source: { x: 1856, y: 832, width: 1024, height: 1152 }, out },
  bitmap: bitmap(out.width, out.height),
});

describe('painting a pane', () => {
  it('draws only the part of the overview that is seen', () => {
    const { drawn, context } = brush();
    const base = bitmap(2048, 1143);
    paint(context, { base, detail: null, size } as Layers, frame({}));
    const [left = 0, top = 0, width = 0, height = 0, x = 0, y = 0] = drawn[0]?.args ?? [];
    expect(left).toBe(Math.floor((2000 * 2048) / 5504));
    expect(width).toBeLessThan(270);
    expect(height).toBeLessThan(310);
    expect(top).toBeGreaterThan(360);
    expect(x).toBeLessThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(0);
  });

  it('puts exact pixels on exact pixels at 1:1 and leaves out what they cover', () => {
    const { drawn, context } = brush();
    const sharp = detail({ width: 1024, height: 1152 });
    paint(context, { base: bitmap(2048, 1143), detail: sharp, size } as Layers, frame({}));
    expect(drawn).toHaveLength(1);
    expect(drawn[0]?.image).toBe(sharp.bitmap);
    expect(drawn[0]?.args).toEqual([-144, -168]);
  });

  it('shows pixels as squares from 2:1 on, and smooth below', () => {
    const sharp = detail({ width: 1024, height: 1152 });
    const layers = { base: null, detail: sharp, size } as Layers;
    const visible = { x: 2000, y: 1000, width: 350, height: 400 };
    const two = brush();
    paint(two.context, layers, frame({ scale: 2, origin: { x: -4000, y: -2000 }, visible }));
    expect(two.drawn[0]?.smooth).toBe(false);
    const less = brush();
    paint(less.context, layers, frame({ scale: 1.5, origin: { x: -3000, y: -1500 }, visible }));
    expect(less.drawn[0]?.smooth).toBe(true);
  });

  it('draws the overview below a part that does not reach', () => {
    const { drawn, context } = brush();
    const layers = {
      base: bitmap(2048, 1143),
      detail: detail({ width: 1024, height: 1152 }),
      size,
    } as Layers;
    paint(context, layers, frame({ visible: { x: 3000, y: 1000, width: 700, height: 800 } }));
    expect(drawn.map((one) => one.image)).toEqual([layers.base, layers.detail?.bitmap]);
  });

  it('paints only the ground where there is no picture', () => {
    const { drawn, context } = brush();
    paint(context, null, frame({ visible: null }));
    expect(drawn).toEqual([]);
    expect(context.fillRect).toHaveBeenCalledWith(0, 0, 700, 800);
  });
});
