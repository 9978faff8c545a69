// The engine says "in 6 s" once; a view that stays on the screen counts down from there.

import type { JobView, Sentence } from '@/bindings/api';
import { headline, sentence } from '@/i18n/index.svelte';

interface Times {
  /** When the wait ends. */
  until?: number | null;
  /** When it was sent. */
  since?: number | null;
}

function live(value: Sentence, now: number, times: Times): Sentence {
  const params = { ...value.params };
  if ('wait' in params && times.until) params['wait'] = Math.max(0, times.until - now);
  if ('ago' in params && times.since) params['ago'] = Math.max(0, now - times.since);
  return { code: value.code, params };
}

export function liveSentence(value: Sentence, now: number, times: Times): string {
  return sentence(live(value, now, times));
}

/** Headline and detail of why a job waits or ended; either may be missing. */
export function jobWords(job: JobView, now: number): { title: string | null; detail: string | null } {
  if (!job.reason) return { title: null, detail: null };
  return {
    title: headline(job.reason),
    detail: liveSentence(job.reason, now, { until: job.not_before_ms, since: job.sent_ms }),
  };
}
