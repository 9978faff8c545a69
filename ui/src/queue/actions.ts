// What can be done with a sheet in the queue. The engine's answer comes back as events; the page is read again at once.

import type { LaneView, Stopped } from '@/bindings/api';
import type { Command, Args, Result } from '@/host';
import { t } from '@/i18n/index.svelte';
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

/** What failed or cannot go on, of a sheet or a job. */
export const retry = (studio: Studio, id: string): Promise<unknown> =>
  act(studio, 'jobs.retry', { id, failed: false });

/** Everything of one sheet. */
export const stopSheet = async (studio: Studio, id: string): Promise<void> =>
  say(studio, await act(studio, 'jobs.cancel', { id, lane: null, all: false }));

/** Everything that waits, in one lane or in all. */
export const stopAll = async (studio: Studio, lane: LaneView['lane'] | null): Promise<void> =>
  say(studio, await act(studio, 'jobs.cancel', { id: null, lane, all: lane === null }));

/** What became of it; what is on the wire is not forgotten. */
function say({ notices }: Studio, stopped: Stopped | undefined): void {
  if (!stopped) return;
  const { jobs: n, sent } = stopped;
  notices.info(t(sent > 0 ? 'queue.stopped.sent' : 'queue.stopped', { n, sent }));
}
