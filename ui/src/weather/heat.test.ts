import { describe, expect, it } from 'vitest';
import { heat } from '../../test/fake-weather';
import { extremes, heatRows, level, LEVELS } from './heat';

describe('the heat map', () => {
  it('lays the days over each other while little is known', () => {
    const map = heatRows(heat({}, 0.4));
    expect(map.weekly).toBe(false);
    expect(map.rows).toHaveLength(1);
    expect(map.rows[0]).toHaveLength(24);
  });

  it('tells the days apart once half of the week is known', () => {
    const map = heatRows(heat({}, 3));
    expect(map.weekly).toBe(true);
    expect(map.rows).toHaveLength(7);
  });

  it('says nothing of a share from fewer than twenty calls', () => {
    const cells = [
      { day: 0, hour: 9, calls: 19, overloaded: 19, rate: 1 },
      { day: 0, hour: 10, calls: 20, overloaded: 5, rate: null },
    ];
    const [row] = heatRows(heat({ cells })).rows;
    expect(row?.[9]).toMatchObject({ calls: 19, rate: null });
    expect(row?.[10]).toMatchObject({ calls: 20, rate: 0.25 });
    expect(row?.[11]).toMatchObject({ calls: 0, rate: null });
  });

  it('knows the calmest and the roughest hour, where there is more than one', () => {
    const ends = extremes(heat({}, 3));
    expect(ends?.rough.hour).toBeGreaterThan(10);
    expect(ends?.calm.rate).toBeLessThan(ends?.rough.rate ?? 0);
    expect(extremes(heat({ cells: [] }))).toBeNull();
  });

  it('has a step of its own for what is calm and for what is not', () => {
    expect(level(null)).toBeNull();
    expect(level(0)).toBe(0);
    expect(level(0.02)).toBe(1);
    expect(level(0.99)).toBe(LEVELS - 1);
  });
});
