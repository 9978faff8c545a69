// What a cell says of its job: state, reason and figures, in words.

import type { JobView, SheetView } from '@/bindings/api';
import { money } from '@/gallery/words';
import { duration, t } from '@/i18n/index.svelte';
import { jobWords } from '@/shared/live';

export interface CellWords {
  title: string;
  detail: string | null;
  /** Short state for the line below. */
  state: string;
}

export function cellWords(job: JobView, now: number): CellWords {
  const { title, detail } = jobWords(job, now);
  const state = t(`sheet.state.${job.state}`);
  if (job.state === 'sending') {
    const ago = duration(now - (job.sent_ms ?? now));
    const usual = job.typical_ms === null ? '' : t('sheet.usually', { time: job.typical_ms });
    // A full stop of Chinese brings its own space.
    const detail = `${t('sheet.sent-ago', { ago })} ${usual}`.trim().replace('。 ', '。');
    return { title: t('sheet.making'), detail, state };
  }
  if (givenUp(job)) {
    const words = t(job.usd > 0 ? 'sheet.given-up' : 'sheet.given-up.unpriced', {
      price: money(job.usd, job.practice),
    });
    return { title: t('sheet.title.given-up'), detail: words, state };
  }
  return { title: title ?? t(`sheet.title.${job.state}`), detail, state };
}

/** The user took an unknown outcome as lost: the reason still asks what to do, and there is nothing left to ask. */
export function givenUp(job: JobView): boolean {
  return job.state === 'failed' && (job.reason?.code.startsWith('E-UNKNOWN') ?? false);
}

/** 0 to 1 against the usual time; after it, ever slower and never full. */
export function progress(elapsed: number, typical: number | null): number | null {
  if (typical === null || typical <= 0) return null;
  const part = Math.max(0, elapsed) / typical;
  return part < 0.9 ? part : 0.9 + 0.09 * (1 - Math.exp(-(part - 0.9) * 1.5));
}

/** Milliseconds since it was sent, or, where it waits or has ended, in all. */
export function age(job: JobView, now: number): number {
  const start = job.state === 'sending' ? (job.sent_ms ?? job.created_ms) : job.created_ms;
  return Math.max(0, (job.finished_ms ?? now) - start);
}

/** The model of the column in which the job stands; a redo may stand in another model's. */
export function columnModel(sheet: SheetView | null, job: JobView): string | null {
  if (!sheet) return null;
  return sheet.models[Math.floor(job.column / Math.max(1, sheet.accounts.length))] ?? null;
}

/** What the smaller pictures would cost that could be made now. */
export function aheadPrice(jobs: readonly JobView[]): string {
  const sum = jobs.reduce((total, job) => total + (job.ahead?.usd ?? 0), 0);
  return money(
    sum,
    jobs.some((job) => job.practice),
  );
}

const TROUBLE = new Set([
  'E-OVERLOAD',
  'E-CAPACITY',
  'E-RATE-MINUTE',
  'E-RATE-DAY',
  'E-NO-GRANT',
  'E-SERVER',
]);

/** Whether another model would help a job that waits or ended so. */
export function fallbackHelps(job: JobView): boolean {
  if (job.state === 'failed') return job.billed !== 'yes';
  const waits = job.state === 'queued' || job.state === 'parked';
  return waits && job.reason !== null && TROUBLE.has(job.reason.code);
}
