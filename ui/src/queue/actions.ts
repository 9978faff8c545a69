// What can be done with a sheet in the queue. The engine's answer comes back as events; the page is read again at once.

import type { JobView } from '@/bindings/api';
import type { Command, Args, Result } from '@/host';
import type { Studio } from '@/state/studio.svelte';

export async function act<C extends Command>(
  { host, notices, queue }: Studio,
  command: C,
  args: Args<C>,
): Promise<Result<C> | undefined> {
  const answer = await notices.run(host.call(command, args));
  await notices.run(queue.load());
  return answer;
}

/** Jobs of one sheet in one of these states, and what is done with each. */
export async function each(
  studio: Studio,
  sheet: string,
  states: readonly JobView['state'][],
  work: (job: JobView) => Promise<unknown>,
): Promise<void> {
  const { host, notices, queue } = studio;
  const jobs = await notices.run(host.call('jobs.list', { sheet, state: null, limit: 10_000 }));
  for (const job of jobs ?? []) {
    if (!states.includes(job.state)) continue;
    if ((await notices.run(work(job))) === undefined) break;
  }
  await notices.run(queue.load());
}

export const retrySheet = (studio: Studio, sheet: string): Promise<void> =>
  each(studio, sheet, ['failed', 'parked'], (job) =>
    studio.host.call('jobs.retry', { id: job.id, failed: false }),
  );

export const resolveSheet = (studio: Studio, sheet: string, resend: boolean): Promise<void> =>
  each(studio, sheet, ['unknown'], (job) => studio.host.call('jobs.resolve', { id: job.id, resend }));

/** Everything that waits, in all lanes. */
export async function stopAll(studio: Studio): Promise<void> {
  const { host, notices, queue } = studio;
  for (const sheet of queue.page?.sheets ?? []) {
    if (sheet.queued + sheet.parked > 0) await notices.run(host.call('sheets.cancel', { id: sheet.sheet }));
  }
  await notices.run(queue.load());
}
