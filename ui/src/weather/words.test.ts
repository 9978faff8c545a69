import { afterEach, describe, expect, it, vi } from 'vitest';
import { NOW, PRO, route } from '../../test/fake-data';
import { alert, CALM, NO_WEATHER, quota, spend } from '../../test/fake-weather';
import { spendTable } from './spend';
import {
  alertOrder,
  ordered,
  percent,
  quotaNote,
  quotaPart,
  quotaUsed,
  stateWords,
  untouched,
} from './words';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '<0.1 %'],
    [0.004, '0.4 %'],
    [0.021, '2.1 %'],
    [0.41, '41 %'],
    [1, '100 %'],
  ])('%d is %s', (share, text) => expect(plain(percent(share))).toBe(text));
});

describe('quotas', () => {
  it('say who set the limit and when it opens', () => {
    expect(quotaUsed(quota())).toBe('4 of 10');
    expect(plain(quotaNote(quota({ used: 10 }), NOW))).toBe('set by you · opens in 6 s');
    expect(plain(quotaNote(quota({ source: 'told' }), NOW))).toBe('told by provider · resets in 6 s');
  });

  it('know no share of a limit that nobody knows', () => {
    const unknown = quota({ limit: null, source: 'learned', resets_ms: null });
    expect(quotaPart(unknown)).toBeNull();
    expect(quotaUsed(unknown)).toBe('4');
    expect(quotaNote(unknown, NOW)).toBe('limit unknown');
    expect(quotaPart(quota({ limit: 0 }))).toBe(1);
  });

  it('show dollars as dollars', () => {
    expect(quotaUsed(quota({ dimension: 'usd_10min', used: 960_000, limit: 5_000_000 }))).toBe(
      '$0.96 of $5.00',
    );
  });
});

describe('routes', () => {
  it('put trouble first and practice last', () => {
    const routes = [
      route({ account: 'practice', practice: true, state: 'overloaded' }),
      route({ account: 'idle', state: 'idle' }),
      route({ account: 'clear' }),
      route({ account: 'stuck', state: 'parked' }),
      route({ account: 'busy', state: 'overloaded' }),
    ];
    expect(ordered(routes).map((one) => one.account)).toEqual(['stuck', 'busy', 'clear', 'idle', 'practice']);
  });

  it('count down to the next opening, and say when they are paused', () => {
    const waiting = route({
      state: 'quota',
      opens_ms: NOW + 6_000,
      sentence: { code: 'S-quota', params: { limit: 10, of: 'ipm', wait: 9_000 } },
    });
    expect(plain(stateWords(waiting, NOW + 2_000))).toBe('Quota: 10 images/min. Opens in 4 s.');
    expect(stateWords({ ...waiting, paused: true }, NOW)).toMatch(/Paused by you/);
  });

  it('are untouched until something was sent', () => {
    expect(untouched(NO_WEATHER)).toBe(true);
    expect(untouched(CALM)).toBe(false);
    expect(untouched({ ...NO_WEATHER, alerts: [alert()] })).toBe(false);
  });
});

it('orders alerts: open and unseen, open, over; newest first', () => {
  const alerts = [
    alert({ id: 'over', resolved_ms: NOW, raised_ms: NOW }),
    alert({ id: 'seen', seen: true, raised_ms: NOW - 1 }),
    alert({ id: 'old', raised_ms: NOW - 9 }),
    alert({ id: 'new', raised_ms: NOW - 3 }),
  ];
  expect(alertOrder(alerts).map((one) => one.id)).toEqual(['new', 'old', 'seen', 'over']);
});

describe('spending', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('keeps practice apart and adds up by day and by model', () => {
    const { rows } = spend(30);
    const real = spendTable(rows, false, NOW, 30);
    const practice = spendTable(rows, true, NOW, 30);
    const sum = (wanted: boolean) =>
      rows.filter((row) => row.practice === wanted).reduce((all, row) => all + row.usd, 0);
    expect(real.usd).toBe(sum(false));
    expect(practice.usd).toBe(sum(true));
    expect(real.days).toHaveLength(30);
    expect(real.days.reduce((all, day) => all + day.usd, 0)).toBe(real.usd);
    expect(real.models.map((one) => one.usd)).toEqual(
      real.models.map((one) => one.usd).toSorted((a, b) => b - a),
    );
  });

  it('has each day once where clocks change, and counts none that it does not show', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const row = (day: string, usd: number) => ({
      day,
      account: 'studio',
      model: PRO,
      practice: false,
      pictures: 1,
      usd,
      usd_unknown: 0,
    });
    const at = (month: number, day: number, hour: number, minute = 0) =>
      new Date(2026, month, day, hour, minute).getTime();
    const days = (now: number) => spendTable([], false, now, 3).days.map(({ day }) => day);
    // 29 March has 23 hours, 25 October has 25.
    expect(days(at(2, 30, 0, 30))).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
    expect(days(at(9, 25, 23, 30))).toEqual(['2026-10-23', '2026-10-24', '2026-10-25']);
    const rows = [row('2026-10-25', 3), row('2026-10-23', 2), row('2026-10-22', 1)];
    const table = spendTable(rows, false, at(9, 25, 12), 3);
    expect(table).toMatchObject({ usd: 5, pictures: 2 });
    expect(table.days.map((day) => day.usd)).toEqual([2, 0, 3]);
  });

  it('is an empty window without rows', () => {
    expect(spendTable([], false, NOW, 7)).toMatchObject({ usd: 0, models: [] });
  });
});
