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

const part = { x: 1856, y: 832, width: 1024, height: 1152 };
const detail = { source: part, bitmap: bitmap(part.width, part.height) };
const tile = { level: 0, source: { x: 2048, y: 1024, width: 512, height: 512 }, bitmap: bitmap(512, 512) };

const layersOf = (over: Partial<Pick<Layers, 'base' | 'detail'>>, tiles = [tile], whole = false) =>
  ({
    base: null,
    detail: null,
    size,
    ...over,
    tiles: { seen: () => ({ tiles, whole }) },
  }) as unknown as Layers;

describe('painting a pane', () => {
  it('draws only the part of the thumbnail that is seen', () => {
    const { drawn, context } = brush();
    paint(context, layersOf({ base: bitmap(512, 286) }, []), frame({}));
    const [left = 0, top = 0, width = 0, height = 0, x = 0, y = 0] = drawn[0]?.args ?? [];
    expect(left).toBe(Math.floor((2000 * 512) / 5504));
    expect(width).toBeLessThan(70);
    expect(height).toBeLessThan(78);
    expect(top).toBeGreaterThan(90);
    expect(x).toBeLessThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(0);
  });

  it('draws tiles over the thumbnail until they cover what is seen, then without it', () => {
    const base = bitmap(512, 286);
    const some = brush();
    paint(some.context, layersOf({ base }), frame({}));
    expect(some.drawn.map((one) => one.image)).toEqual([base, tile.bitmap]);
    const whole = brush();
    paint(whole.context, layersOf({ base }, [tile], true), frame({}));
    expect(whole.drawn.map((one) => one.image)).toEqual([tile.bitmap]);
  });

  it('lets neighbouring tiles meet on the same device pixel at any scale', () => {
    const next = { ...tile, source: { ...tile.source, x: 2560 }, bitmap: bitmap(512, 512) };
    for (const scale of [0.13, 0.377, 0.999, 1.7]) {
      const { drawn, context } = brush();
      paint(context, layersOf({}, [tile, next], true), frame({ scale, origin: { x: -313, y: -77 } }));
      const [a, b] = drawn.map((one) => one.args.slice(-4));
      expect((a?.[0] ?? 0) + (a?.[2] ?? 0)).toBe(b?.[0]);
    }
  });

  it('puts exact pixels on exact pixels at 1:1 and leaves out what they cover', () => {
    const { drawn, context } = brush();
    paint(context, layersOf({ base: bitmap(512, 286), detail }), frame({}));
    expect(drawn).toHaveLength(1);
    expect(drawn[0]?.image).toBe(detail.bitmap);
    expect(drawn[0]?.args).toEqual([0, 0, 1024, 1152, -144, -168, 1024, 1152]);
  });

  it('shows pixels as squares from 2:1 on, and smooth below', () => {
    const visible = { x: 2000, y: 1000, width: 350, height: 400 };
    const two = brush();
    paint(two.context, layersOf({ detail }), frame({ scale: 2, origin: { x: -4000, y: -2000 }, visible }));
    expect(two.drawn[0]?.smooth).toBe(false);
    const less = brush();
    paint(less.context, layersOf({ detail }), frame({ scale: 1.5, origin: { x: -3000, y: -1500 }, visible }));
    expect(less.drawn[0]?.smooth).toBe(true);
  });

  it('draws only what is seen of a part that is much enlarged, its pixels where they belong', () => {
    const { drawn, context } = brush();
    const visible = { x: 2010.5, y: 1000, width: 43.75, height: 50 };
    paint(context, layersOf({ detail }), frame({ scale: 16, origin: { x: -32168, y: -16000 }, visible }));
    expect(drawn[0]?.args).toEqual([154, 168, 45, 50, -8, 0, 720, 800]);
  });

  it('draws tiles below a part that does not reach, and no exact part below 1:1', () => {
    const reach = brush();
    const visible = { x: 3000, y: 1000, width: 700, height: 800 };
    paint(reach.context, layersOf({ detail }), frame({ visible }));
    expect(reach.drawn.map((one) => one.image)).toEqual([tile.bitmap, detail.bitmap]);
    const far = brush();
    paint(far.context, layersOf({ detail }, [tile], true), frame({ scale: 0.9 }));
    expect(far.drawn.map((one) => one.image)).toEqual([tile.bitmap]);
  });

  it('paints only the ground where there is no picture', () => {
    const { drawn, context } = brush();
    paint(context, null, frame({ visible: null }));
    expect(drawn).toEqual([]);
    expect(context.fillRect).toHaveBeenCalledWith(0, 0, 700, 800);
  });
});
