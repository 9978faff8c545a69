// Learned overload as rows of hours. With few calls the days are laid over each other: an hour of the day is known
// long before an hour of the week. Pure. Not here: how a cell looks.

import type { HeatCell, HeatView } from '@/bindings/api';

/** Below this many calls a share says nothing. */
export const ENOUGH = 20;

export interface Shade {
  day: number | null;
  hour: number;
  calls: number;
  overloaded: number;
  /** Share overloaded; `null` where too few calls are known. */
  rate: number | null;
}

export interface HeatRows {
  /** By weekday, or all days as one. */
  weekly: boolean;
  rows: Shade[][];
}

function shade(day: number | null, hour: number, cells: readonly HeatCell[]): Shade {
  const calls = cells.reduce((sum, cell) => sum + cell.calls, 0);
  const overloaded = cells.reduce((sum, cell) => sum + cell.overloaded, 0);
  const only = cells.length === 1 ? cells[0] : undefined;
  const measured = only?.rate ?? (calls > 0 ? overloaded / calls : null);
  return { day, hour, calls, overloaded, rate: calls < ENOUGH ? null : measured };
}

/** Seven days where at least half of the hours of the week can be told, else one. */
export function heatRows(view: HeatView): HeatRows {
  const told = view.cells.filter((cell) => cell.calls >= ENOUGH).length;
  const weekly = told * 2 >= 7 * 24;
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const pick = (day: number | null, hour: number) =>
    view.cells.filter((cell) => cell.hour === hour && (day === null || cell.day === day));
  const days = weekly ? [0, 1, 2, 3, 4, 5, 6] : [null];
  return { weekly, rows: days.map((day) => hours.map((hour) => shade(day, hour, pick(day, hour)))) };
}

/** The hours of the day with the least and the most overload, for the sentence above the map. */
export function extremes(view: HeatView): { calm: Shade; rough: Shade } | null {
  const hours = Array.from({ length: 24 }, (_, hour) =>
    shade(
      null,
      hour,
      view.cells.filter((cell) => cell.hour === hour),
    ),
  );
  const sorted = hours.filter((one) => one.rate !== null).toSorted((a, b) => (a.rate ?? 0) - (b.rate ?? 0));
  const [calm] = sorted;
  const rough = sorted.at(-1);
  return calm && rough && calm !== rough ? { calm, rough } : null;
}

/** Steps of shade, so that near shares look alike and far ones do not. */
export const LEVELS = 6;

export function level(rate: number | null): number | null {
  if (rate === null) return null;
  const bounds = [0.02, 0.1, 0.2, 0.35, 0.5];
  return bounds.filter((bound) => rate >= bound).length;
}
