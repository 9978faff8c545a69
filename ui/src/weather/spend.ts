// What was spent, by day and model, practice apart. Pure.

import type { SpendRow } from '@/bindings/api';

export interface DaySpend {
  day: string;
  /** Micro-dollars by model, in the order of `models`. */
  parts: number[];
  usd: number;
  pictures: number;
}

export interface ModelSpend {
  model: string;
  usd: number;
  unknown: number;
  pictures: number;
}

export interface SpendTable {
  /** Dearest first. */
  models: ModelSpend[];
  /** Every day of the window, oldest first, days without spending too. */
  days: DaySpend[];
  usd: number;
  unknown: number;
  pictures: number;
}

export function isoDay(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The last days, oldest first. Stepped by the calendar: where clocks change, a day has 23 or 25 hours. */
function lastDays(now: number, days: number): string[] {
  const today = new Date(now);
  return Array.from({ length: days }, (_, index) =>
    isoDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1 - index)).getTime()),
  );
}

export function spendTable(
  rows: readonly SpendRow[],
  practice: boolean,
  now: number,
  days: number,
): SpendTable {
  const window = lastDays(now, days);
  // The engine answers for so many times 24 hours, which begin within the day before.
  const wanted = rows.filter((row) => row.practice === practice && window.includes(row.day));
  const byModel = new Map<string, ModelSpend>();
  for (const row of wanted) {
    const model = byModel.get(row.model) ?? { model: row.model, usd: 0, unknown: 0, pictures: 0 };
    model.usd += row.usd;
    model.unknown += row.usd_unknown;
    model.pictures += row.pictures;
    byModel.set(row.model, model);
  }
  const models = [...byModel.values()].sort((a, b) => b.usd - a.usd || a.model.localeCompare(b.model));
  const table = window.map((day): DaySpend => {
    const that = wanted.filter((row) => row.day === day);
    const parts = models.map(({ model }) =>
      that.filter((row) => row.model === model).reduce((sum, row) => sum + row.usd, 0),
    );
    return {
      day,
      parts,
      usd: parts.reduce((sum, part) => sum + part, 0),
      pictures: that.reduce((sum, row) => sum + row.pictures, 0),
    };
  });
  return {
    models,
    days: table,
    usd: models.reduce((sum, model) => sum + model.usd, 0),
    unknown: models.reduce((sum, model) => sum + model.unknown, 0),
    pictures: models.reduce((sum, model) => sum + model.pictures, 0),
  };
}
