import { describe, expect, it } from 'vitest';
import { bars, callsTop, hourTicks, latency, niceTop, totals } from './chart';
import type { WeatherBin } from '@/bindings/api';

const START = Date.UTC(2026, 10, 24, 8, 10);
const bin = (index: number, over: Partial<WeatherBin> = {}): WeatherBin => ({
  start_ms: START + index * 600_000,
  calls: 0,
  pictures: 0,
  limited: 0,
  overloaded: 0,
  failed: 0,
  p50_ms: null,
  ...over,
});

describe('scales', () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [7, 10],
    [11, 20],
    [200, 200],
    [201, 500],
  ])('%d fits under %d', (value, top) => expect(niceTop(value)).toBe(top));

  it('does not make a mountain of a single call', () => expect(callsTop([bin(0, { calls: 1 })])).toBe(5));
});

describe('bars', () => {
  it('stack what was answered, refused for quota and refused in overload, to the height of all calls', () => {
    const [bar] = bars([bin(0, { calls: 10, limited: 2, overloaded: 3, pictures: 5 })], 100, 50, 10);
    expect(bar?.parts.map((part) => part.kind)).toEqual(['answered', 'limited', 'overloaded']);
    expect(bar?.parts.map((part) => part.height)).toEqual([25, 10, 15]);
    expect(bar?.parts.at(-1)?.y).toBe(0);
  });

  it('show one call among a thousand', () => {
    const [bar] = bars([bin(0, { calls: 1_000, overloaded: 1 })], 100, 50, 1_000);
    expect(bar?.parts.find((part) => part.kind === 'overloaded')?.height).toBeGreaterThanOrEqual(1);
  });

  it('leave an empty bin empty, and share the width', () => {
    const drawn = bars([bin(0), bin(1, { calls: 1 })], 100, 50, 5);
    expect(drawn[0]?.parts).toEqual([]);
    expect(drawn[1]?.x).toBeGreaterThan(50);
  });

  it('never count a refused call as answered', () => {
    const [bar] = bars([bin(0, { calls: 2, limited: 1, overloaded: 2 })], 100, 50, 5);
    expect(bar?.parts.map((part) => part.kind)).toEqual(['limited', 'overloaded']);
  });
});

describe('the line of the usual time', () => {
  it('breaks where nothing was measured, and keeps a lone point', () => {
    const line = latency(
      [bin(0, { p50_ms: 10_000 }), bin(1, { p50_ms: 20_000 }), bin(2), bin(3, { p50_ms: 30_000 }), bin(4)],
      50,
      20,
    );
    expect(line.paths).toHaveLength(1);
    expect(line.dots).toHaveLength(1);
    expect(line.top).toBe(30_000);
    expect(line.dots[0]).toEqual({ x: 35, y: 0 });
  });

  it('is nothing where there is nothing', () => expect(latency([bin(0)], 50, 20).paths).toEqual([]));
});

it('sums the bins', () => {
  expect(totals([bin(0, { calls: 3, overloaded: 1 }), bin(1, { calls: 2, pictures: 2 })])).toEqual({
    calls: 5,
    pictures: 2,
    limited: 0,
    overloaded: 1,
    failed: 0,
  });
});

it('marks full hours, fewer where there is no room', () => {
  const bins = Array.from({ length: 36 }, (_, index) => bin(index));
  const wide = hourTicks(bins, 700, 50);
  expect(wide).toHaveLength(6);
  expect(wide.every(({ at }) => new Date(at).getMinutes() === 0)).toBe(true);
  expect(hourTicks(bins, 150, 50).length).toBeLessThanOrEqual(3);
  expect(hourTicks([], 150, 50)).toEqual([]);
});
