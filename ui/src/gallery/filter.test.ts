import { describe, expect, it } from 'vitest';
import {
  ANY,
  chosen,
  filterOf,
  MARKS,
  OPEN,
  PRICES,
  RATINGS,
  STATES,
  TIMES,
  toggledState,
  type Choices,
} from './filter';

const NOW = new Date(2026, 0, 15, 13, 30);
const filter = (choices: Partial<Choices>, now = NOW) => filterOf({ ...OPEN, ...choices }, '', false, now);

describe('the filter', () => {
  it('asks for nothing where nothing is chosen', () => {
    expect(filter({})).toEqual(ANY);
    expect(filterOf(OPEN, 'fox', true, NOW)).toEqual({ ...ANY, search: 'fox', trash: true });
    expect(chosen({ ...OPEN, size: '4K', mark: 'real' })).toBe(2);
  });

  it('knows every choice that is offered', () => {
    const offered = { rating: RATINGS, time: TIMES, price: PRICES, mark: MARKS, state: STATES };
    for (const [kind, values] of Object.entries(offered)) {
      const filters = values.map((value) => JSON.stringify(filter({ [kind]: value }, new Date(2026, 5, 15))));
      expect(new Set([...filters, JSON.stringify(ANY)]).size, kind).toBe(values.length + 1);
    }
  });

  it('counts months by the calendar, over the turn of the year', () => {
    const last = filter({ time: 'last-month' });
    expect(new Date(last.from_ms ?? 0)).toEqual(new Date(2025, 11, 1));
    expect(new Date(last.to_ms ?? 0)).toEqual(new Date(2026, 0, 1));
    expect(new Date(filter({ time: 'week' }).from_ms ?? 0)).toEqual(new Date(2026, 0, 9));
  });

  it('takes days as they are typed, the last one with it', () => {
    const { from_ms, to_ms } = filter({ from: '2025-12-30', to: '2025-12-31' });
    expect([new Date(from_ms ?? 0), new Date(to_ms ?? 0)]).toEqual([
      new Date(2025, 11, 30),
      new Date(2026, 0, 1),
    ]);
    for (const text of ['', '2025', '2025-02-30', '0001-01-01', '31.12.2025', 'x']) {
      expect(filter({ from: text, to: text }), text).toEqual(ANY);
    }
  });

  it('joins states that go together', () => {
    expect(toggledState('', 'fallback')).toBe('fallback');
    expect(toggledState('fallback', 'rated')).toBe('rated fallback');
    expect(toggledState('rated fallback', 'unrated')).toBe('unrated fallback');
    expect(toggledState('unrated fallback', 'fallback')).toBe('unrated');
    expect(filter({ state: 'rated fallback damaged' })).toMatchObject({
      rating_min: 1,
      rating_max: null,
      fallback: true,
      damaged: true,
      trouble: null,
    });
    expect(chosen({ ...OPEN, state: 'rated fallback' })).toBe(1);
  });

  it('leaves no price between two ranges', () => {
    expect((filter({ price: 'low' }).usd_max ?? 0) + 1).toBe(filter({ price: 'middle' }).usd_min);
    expect((filter({ price: 'middle' }).usd_max ?? 0) + 1).toBe(filter({ price: 'high' }).usd_min);
    expect(filter({ rating: '3' })).toMatchObject({ rating_min: 3, rating_max: null });
    expect(filter({ rating: '3', state: 'rated' })).toMatchObject({ rating_min: 3, rating_max: null });
    expect(filter({ state: 'unrated' })).toMatchObject({ rating_min: null, rating_max: 0 });
  });
});
