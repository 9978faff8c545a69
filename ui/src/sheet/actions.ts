// What can be done with a job from its cell. The engine's answer comes back as events.

import type { JobView } from '@/bindings/api';
import type { Studio } from '@/state/studio.svelte';

export function stop({ notices, host }: Studio, job: JobView): void {
  void notices.run(host.call('jobs.cancel', { id: job.id, lane: null, all: false }));
}

export function retry({ notices, host }: Studio, job: JobView): void {
  void notices.run(host.call('jobs.retry', { id: job.id, failed: false }));
}

export function resolve({ notices, host }: Studio, job: JobView, resend: boolean): void {
  void notices.run(host.call('jobs.resolve', { id: job.id, resend }));
}

/** On another model, instead: the engine stops what waits. */
export async function redo(
  { notices, host, sheets }: Studio,
  job: JobView,
  model: string,
  size: string | null = null,
): Promise<void> {
  const made = await notices.run(host.call('jobs.redo', { id: job.id, model, size }));
  if (made) sheets.take(made);
}

/** The smaller picture now; the larger one goes on waiting, and both are kept. */
export async function makeAhead({ notices, host, sheets }: Studio, job: JobView): Promise<void> {
  if (!job.ahead) return;
  const { size } = job.ahead;
  const made = await notices.run(host.call('jobs.redo', { id: job.id, model: null, size }));
  if (made) sheets.take(made);
}

/** The same for all of a sheet that have the offer. */
export function makeAllAhead({ notices, host }: Studio, sheet: string): void {
  void notices.run(host.call('sheets.ahead', { id: sheet }));
}

export function openWall({ nav }: Studio, job: JobView): void {
  if (job.picture) nav.openWall({ sheet: job.sheet, focus: job.picture.id });
}

/** What a sheet does about a model that is not to be had. */
export function setFallback({ notices, host }: Studio, sheet: string, fallback: 'now' | 'never'): void {
  void notices.run(host.call('sheets.fallback', { id: sheet, fallback }));
}
