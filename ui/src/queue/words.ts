// What a waiting sheet and a lane say of themselves, and what deciding the unknown outcomes would cost. Pure but for
// the catalogue.

import type { LaneView, QueueSheet, Tally } from '@/bindings/api';
import { headline, t, time } from '@/i18n/index.svelte';
import { liveSentence } from '@/shared/live';

/** Why a sheet waits, counting down to its next opening. */
export function reasonWords(sheet: QueueSheet, now: number): { title: string | null; detail: string } | null {
  if (sheet.paused) return { title: null, detail: t('queue.paused.sheet') };
  if (!sheet.reason) return null;
  return {
    title: headline(sheet.reason),
    detail: liveSentence(sheet.reason, now, { until: sheet.opens_ms }),
  };
}

/** `3 waiting · 2 sent`: only what there is. */
export function countWords(counts: Partial<Record<CountName, number>>): string {
  return COUNTS.flatMap((name) => {
    const n = counts[name] ?? 0;
    return n > 0 ? [t(`queue.count.${name}`, { n })] : [];
  }).join(' · ');
}

const COUNTS = ['sending', 'queued', 'parked', 'unknown', 'failed'] as const;
type CountName = (typeof COUNTS)[number];

export function laneNote(lane: LaneView, now: number): string {
  if (lane.queued + lane.sending + lane.parked === 0) return t('queue.lane.empty');
  const words: string[] = [];
  if (lane.finish_ms !== null && lane.finish_ms > now)
    words.push(t('queue.lane.finish', { at: lane.finish_ms }));
  if (lane.sending === 0 && lane.next_ms !== null && lane.next_ms > now) {
    words.push(t('queue.lane.next', { wait: lane.next_ms - now }));
  }
  return words.length > 0 ? words.join(' · ') : t('queue.lane.unknown');
}

/** When it ends, and by when it is sent anyway. */
export function finishWords(sheet: QueueSheet, now: number): string {
  const words: string[] = [];
  if (open(sheet) > 0 && sheet.finish_ms !== null && sheet.finish_ms > now) {
    words.push(t('queue.finish', { at: sheet.finish_ms }));
  }
  if (sheet.deadline_ms !== null && sheet.queued > 0)
    words.push(t('queue.deadline', { at: time(sheet.deadline_ms) }));
  return words.join(' · ');
}

/** Jobs that still can become a picture by themselves. */
export const open = (sheet: QueueSheet): number => sheet.queued + sheet.sending + sheet.parked;

/** What all of these may cost: practice nothing, and some have no price that anybody knows. */
export function priceOf(tally: Tally, key: 'queue.unknown' | 'queue.retry'): string {
  const real = tally.jobs - tally.practice;
  if (real === 0) return t(`${key}.practice`);
  if (tally.unpriced === real) return t(`${key}.unpriced`);
  return t(tally.unpriced > 0 ? `${key}.partly` : `${key}.price`, { usd: tally.usd });
}
