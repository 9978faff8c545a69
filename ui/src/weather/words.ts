// What the weather says in words: shares, routes, quotas, alerts and hours. Not here: the chart's geometry.

import { clock, inEach } from '@/i18n/format';
import { duration, locale, number, t, usd } from '@/i18n/index.svelte';
import { liveSentence } from '@/shared/live';
import type { AlertView, QuotaView, RouteView, WeatherBin, WeatherView } from '@/bindings/api';

/** `41 %`, `0.4 %`, `<0.1 %`: never a zero that is not one. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1\u00a0%';
  return `${value > 0 && value < 10 ? Number(value.toFixed(1)) : Math.round(value)}\u00a0%`;
}

/** Hour and minute, whatever the day. */
export const clockTime = (ms: number): string => clock(locale.language).format(ms);

const named = (options: Intl.DateTimeFormatOptions) =>
  inEach((language) => new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }));
const WEEKDAYS = { short: named({ weekday: 'short' }), long: named({ weekday: 'long' }) };
const DAYS = named({ day: 'numeric', month: 'short' });

/** `Mon`: Monday is 0. */
export const weekday = (day: number, style: 'short' | 'long' = 'short'): string =>
  WEEKDAYS[style](locale.language).format(Date.UTC(2024, 0, 1 + day));

/** `24 Nov`. */
export const dayName = (day: string): string => DAYS(locale.language).format(new Date(`${day}T00:00:00Z`));

export type Tone = 'ok' | 'wait' | 'bad' | 'idle';

const TONES: Record<string, Tone> = {
  clear: 'ok',
  quota: 'wait',
  overloaded: 'wait',
  parked: 'bad',
  offline: 'bad',
};

export const tone = (route: RouteView): Tone => (route.paused ? 'idle' : (TONES[route.state] ?? 'idle'));

export function stateWords(route: RouteView, now: number): string {
  if (route.paused) return t('weather.paused.text');
  return liveSentence(route.sentence, now, { until: route.opens_ms });
}

const ORDER: Record<string, number> = { parked: 0, offline: 1, overloaded: 2, quota: 3, clear: 4 };

/** Real before practice, trouble before calm, then as the engine has them; what nobody used comes last. */
export function ordered(routes: readonly RouteView[]): RouteView[] {
  const weight = (route: RouteView) => (route.paused ? 4 : (ORDER[route.state] ?? 5));
  return routes.toSorted((a, b) => Number(a.practice) - Number(b.practice) || weight(a) - weight(b));
}

export const routeKey = (route: Pick<RouteView, 'account' | 'model'> & { tier?: string }): string =>
  `${route.account}\n${route.model}\n${route.tier ?? ''}`;

/** The last hours of a route, each tier by itself. */
export const binsOf = ({ bins }: WeatherView, route: RouteView): WeatherBin[] =>
  bins.find((one) => routeKey(one) === routeKey(route))?.bins ?? [];

/** Nothing was ever sent: there is nothing to draw. */
export function untouched(weather: WeatherView): boolean {
  const called = weather.routes.some((route) => route.calls > 0 || route.in_flight > 0);
  const drawn = weather.bins.some((one) => one.bins.some((bin) => bin.calls > 0));
  const known = weather.heat.some((one) => one.calls > 0) || weather.spend.rows.length > 0;
  const trouble = weather.alerts.length > 0 || weather.routes.some((route) => route.paused);
  return !called && !drawn && !known && !trouble;
}

const amount = (dimension: QuotaView['dimension'], value: number): string =>
  dimension === 'usd_10min' ? usd(value) : number(value);

/** `4 of 10`, or `4` where no limit is known. */
export function quotaUsed({ dimension, used, limit }: QuotaView): string {
  if (limit === null) return amount(dimension, used);
  return t('weather.quota.of', { used: amount(dimension, used), limit: amount(dimension, limit) });
}

/** Where the limit is from and when it opens. */
export function quotaNote(quota: QuotaView, now: number): string {
  const source = t(`weather.quota.source.${quota.limit === null ? 'unknown' : quota.source}`);
  if (quota.resets_ms === null || quota.resets_ms <= now || quota.used === 0) return source;
  return `${source} · ${t(quotaPart(quota) === 1 ? 'weather.quota.opens' : 'weather.quota.resets', { wait: duration(quota.resets_ms - now) })}`;
}

/** 0 to 1; nothing is known of a limit that nobody named. */
export const quotaPart = ({ used, limit }: QuotaView): number | null =>
  limit === null ? null : limit <= 0 ? 1 : Math.min(1, used / limit);

/** Open ones first, newest first; what is over comes after. */
export function alertOrder(alerts: readonly AlertView[]): AlertView[] {
  const rank = (alert: AlertView) => (alert.resolved_ms === null ? (alert.seen ? 1 : 0) : 2);
  return alerts.toSorted((a, b) => rank(a) - rank(b) || b.raised_ms - a.raised_ms);
}
