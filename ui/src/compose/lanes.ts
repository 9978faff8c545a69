// The lanes of a plan: what each would cost, and when it would be done. Pure but for words of time.

import type { LanePlan, LaneView, Plan } from '@/bindings/api';
import { CLOCK, clock, inEach } from '@/i18n/format';
import { locale } from '@/i18n/index.svelte';

export const lanesOf = (plan: Plan | null): LanePlan[] => plan?.lanes ?? [];

export const laneOf = (plan: Plan | null, lane: LaneView['lane']): LanePlan | undefined =>
  lanesOf(plan).find((one) => one.lane === lane);

const DAY_MS = 86_400_000;
const weekdays = inEach((language) => new Intl.DateTimeFormat(language, { ...CLOCK, weekday: 'short' }));
const days = inEach((language) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }));

/** `14:06`, `Wed 06:40` within the week, else the day: short enough for a button. */
export function shortTime(ms: number, now: number): string {
  const day = new Date(ms).toDateString();
  if (day === new Date(now).toDateString()) return clock(locale.language).format(ms);
  if (ms - now < 6 * DAY_MS) {
    const words = weekdays(locale.language).format(ms);
    // Chinese writes 周三06:40.
    return words.replace(/^(\D*[^\s\d])(?=\d)/, '$1 ');
  }
  return days(locale.language).format(ms);
}
