// The geometry of a route's chart: bars of calls with what was refused on top, and the line of the usual time above.
// Pure: bins in, numbers out. Not here: colours and words.

import type { WeatherBin } from '@/bindings/api';

export interface Bar {
  x: number;
  width: number;
  /** From the foot of the bar upwards. */
  parts: { kind: Kind; y: number; height: number }[];
  bin: WeatherBin;
}

export type Kind = 'answered' | 'limited' | 'overloaded';

export interface Totals {
  calls: number;
  pictures: number;
  limited: number;
  overloaded: number;
  failed: number;
}

const LEAST_TOP = 4;

/** The next of 1, 2, 5, 10, 20, 50 … that holds `value`, so that scales are read at a glance. */
export function niceTop(value: number, least = 1): number {
  const wanted = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].find((one) => one * power >= wanted) ?? 10;
  return step * power;
}

export function totals(bins: readonly WeatherBin[]): Totals {
  const sum = (pick: (bin: WeatherBin) => number) => bins.reduce((all, bin) => all + pick(bin), 0);
  return {
    calls: sum((bin) => bin.calls),
    pictures: sum((bin) => bin.pictures),
    limited: sum((bin) => bin.limited),
    overloaded: sum((bin) => bin.overloaded),
    failed: sum((bin) => bin.failed),
  };
}

export const callsTop = (bins: readonly WeatherBin[]): number =>
  niceTop(Math.max(0, ...bins.map((bin) => bin.calls)), LEAST_TOP);

/** Any call shows: a part is never thinner than a pixel, and the stack never taller than its share. */
export function bars(bins: readonly WeatherBin[], width: number, height: number, top: number): Bar[] {
  const slot = width / Math.max(1, bins.length);
  const gap = slot > 6 ? 2 : slot > 3 ? 1 : 0;
  return bins.map((bin, index) => {
    const counts: [Kind, number][] = [
      ['answered', Math.max(0, bin.calls - bin.limited - bin.overloaded)],
      ['limited', bin.limited],
      ['overloaded', bin.overloaded],
    ];
    let foot = height;
    const parts = counts.flatMap(([kind, count]) => {
      if (count <= 0) return [];
      const tall = Math.max(1, (count / top) * height);
      foot -= tall;
      return [{ kind, y: foot, height: tall }];
    });
    return { x: index * slot + gap / 2, width: Math.max(1, slot - gap), parts, bin };
  });
}

export interface Latency {
  /** One path per stretch without a hole. */
  paths: string[];
  /** Points that stand alone. */
  dots: { x: number; y: number }[];
  top: number;
}

/** The line of the median; where a bin has none, it breaks: what was not measured is not drawn. */
export function latency(bins: readonly WeatherBin[], width: number, height: number): Latency {
  const slot = width / Math.max(1, bins.length);
  const top = secondsTop(Math.max(0, ...bins.map((bin) => bin.p50_ms ?? 0)));
  const stretches: { x: number; y: number }[][] = [];
  let open: { x: number; y: number }[] | null = null;
  bins.forEach((bin, index) => {
    if (bin.p50_ms === null) {
      open = null;
      return;
    }
    const point = { x: round((index + 0.5) * slot), y: round(height - (bin.p50_ms / top) * height) };
    if (open) open.push(point);
    else stretches.push((open = [point]));
  });
  const path = (points: { x: number; y: number }[]) =>
    points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return {
    paths: stretches.filter((points) => points.length > 1).map(path),
    dots: stretches.flatMap((points) => (points.length === 1 ? points : [])),
    top,
  };
}

const SECONDS = [5, 10, 20, 30, 60, 120, 180, 300, 600, 1_200];

/** A round time at or above the slowest bin. */
function secondsTop(ms: number): number {
  const hit = SECONDS.find((one) => one * 1_000 >= ms);
  return (hit ?? Math.ceil(ms / 600_000) * 600) * 1_000;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Full hours inside the window, at most as many as there is room for. */
export function hourTicks(
  bins: readonly WeatherBin[],
  width: number,
  least: number,
): { x: number; at: number }[] {
  const [first] = bins;
  const last = bins.at(-1);
  if (!first || !last || bins.length < 2) return [];
  const span = (last.start_ms - first.start_ms) / (bins.length - 1);
  const end = last.start_ms + span;
  const HOUR = 3_600_000;
  const hours: number[] = [];
  // Hours of the reader's clock; zones off by half an hour have theirs at the half.
  const offset = new Date(first.start_ms).getTimezoneOffset() * 60_000;
  for (let at = Math.ceil((first.start_ms - offset) / HOUR) * HOUR + offset; at <= end; at += HOUR) {
    hours.push(at);
  }
  const x = (at: number) => round(((at - first.start_ms) / (end - first.start_ms)) * width);
  const every = Math.max(1, Math.ceil((least * hours.length) / Math.max(1, width)));
  return hours.filter((_, index) => index % every === 0).map((at) => ({ x: x(at), at }));
}
