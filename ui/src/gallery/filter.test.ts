import { describe, expect, it } from 'vitest';
import { ANY, chosen, filterOf, MARKS, OPEN, PRICES, RATINGS, STATES, TIMES, type Choices } from './filter';

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

  it('leaves no price between two ranges', () => {
    expect((filter({ price: 'low' }).usd_max ?? 0) + 1).toBe(filter({ price: 'middle' }).usd_min);
    expect((filter({ price: 'middle' }).usd_max ?? 0) + 1).toBe(filter({ price: 'high' }).usd_min);
    expect(filter({ rating: '3' })).toMatchObject({ rating_min: 3, rating_max: null });
    expect(filter({ rating: '3', state: 'rated' })).toMatchObject({ rating_min: 3, rating_max: null });
    expect(filter({ state: 'unrated' })).toMatchObject({ rating_min: null, rating_max: 0 });
  });
});
