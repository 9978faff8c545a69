import { describe, expect, it } from 'vitest';
import { glassAt } from './loupe';

const large = { width: 5504, height: 3072 };
const small = { width: 1376, height: 768 };
const frame = (scale: number, origin = { x: 0, y: 0 }) =>
  ({ scale, origin }) as Parameters<typeof glassAt>[0];

describe('the glass', () => {
  it('enlarges at least four times, and twice what one sees already', () => {
    expect(glassAt(frame(0.25), large, 0.25, { x: 300, y: 200 }, 1).scale).toBe(4);
    expect(glassAt(frame(3), large, 3, { x: 300, y: 200 }, 1).scale).toBe(6);
  });

  it('shows the same part of a smaller picture, with larger pixels', () => {
    const a = glassAt(frame(0.25), large, 0.25, { x: 300, y: 200 }, 1);
    const b = glassAt(frame(1), small, 0.25, { x: 300, y: 200 }, 1);
    expect(b.scale).toBe(16);
    expect(a.at.x / large.width).toBeCloseTo(b.at.x / small.width, 10);
    expect(a.rect.width / large.width).toBeCloseTo(b.rect.width / small.width, 2);
  });

  it('asks for nothing beside the picture', () => {
    const corner = glassAt(frame(1, { x: 100, y: 100 }), large, 1, { x: 100, y: 100 }, 2);
    expect(corner.rect).toMatchObject({ x: 0, y: 0 });
    const beside = glassAt(frame(1, { x: 900, y: 0 }), large, 1, { x: 10, y: 10 }, 1);
    expect(beside.rect.width).toBe(0);
  });
});
