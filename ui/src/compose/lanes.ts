// The lanes of a plan: what each would cost, and when it would be done. Pure but for words of time.

import type { LanePlan, LaneView, Plan } from '@/bindings/api';
import { locale } from '@/i18n/index.svelte';

export const lanesOf = (plan: Plan | null): LanePlan[] => plan?.lanes ?? [];

export const laneOf = (plan: Plan | null, lane: LaneView['lane']): LanePlan | undefined =>
  lanesOf(plan).find((one) => one.lane === lane);

const DAY_MS = 86_400_000;

/** `14:06`, `Wed 06:40` within the week, else the day: short enough for a button. */
export function shortTime(ms: number, now: number): string {
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const day = new Date(ms).toDateString();
  if (day === new Date(now).toDateString()) return new Intl.DateTimeFormat(locale.language, clock).format(ms);
  if (ms - now < 6 * DAY_MS) {
    const words = new Intl.DateTimeFormat(locale.language, { ...clock, weekday: 'short' }).format(ms);
    // Chinese writes 周三06:40.
    return words.replace(/^(\D*[^\s\d])(?=\d)/, '$1 ');
  }
  return new Intl.DateTimeFormat(locale.language, { day: 'numeric', month: 'short' }).format(ms);
}
