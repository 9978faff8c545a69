import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { JobStory } from '@/bindings/api';
import { job, NOW } from '../../test/fake-data';
import { STORY } from '../../test/fake-story';
import { axeViolations, inStudio } from '../../test/render';
import { steps, sum } from './story';
import StoryDialog from './StoryDialog.svelte';

const user = userEvent.setup();
const titles = (story: JobStory) =>
  steps(story, NOW, (model) => model).map((step) => step.title.replaceAll('\u00a0', ' '));

describe('the story', () => {
  it('goes from the queue to the picture, with the reason for every wait', () => {
    expect(titles(STORY)).toEqual([
      'Queued',
      'Waited 6 s',
      'Refused: overloaded',
      'Waited 33 s',
      'Refused: quota full',
      'Waited 48 s',
      'Refused: overloaded',
      'Waited 1 min 27 s',
      'Sent again, try 4',
      'Answered',
      'Stored, 9.1 MB',
    ]);
    const told = steps(STORY, NOW, (model) => model);
    expect(told[3]?.details).toEqual(['for the model to have capacity again']);
    expect(told[5]?.details).toEqual(['until the quota opened']);
  });

  it('tells what was noted, and leaves the rest to what the call before suggests', () => {
    const [first] = STORY.attempts;
    if (!first) throw new Error('no attempt');
    const from = first.started_ms - 6_000;
    const noted = (code: string, after: number, until: number) => ({
      from_ms: from + after,
      to_ms: from + until,
      reason: { code, params: { account: 'studio', model: 'Pro' } },
    });
    const told = steps(
      {
        ...STORY,
        attempts: [{ ...first, started_ms: from + 100_000, ended_ms: from + 102_000 }],
        waits: [
          noted('R-paused', 0, 40_000),
          noted('R-off-peak', 40_000, 70_000),
          noted('E-RATE-MINUTE', 70_000, 90_000),
          noted('R-route-paused', 102_000, 130_000),
        ],
      },
      NOW,
      (model) => model,
    );
    const waits = told.filter((step) => step.tone === 'wait');
    expect(waits.map((step) => [step.title.replaceAll('\u00a0', ' '), step.details[0]])).toEqual([
      ['Waited 40 s', 'all was paused by you'],
      ['Waited 30 s', 'for a better hour'],
      ['Waited 20 s', 'until the quota opened'],
      ['Waited 10 s', 'for its turn: what was queued before went first'],
      ['Waited 28 s', 'Pro at studio was held by you'],
    ]);
  });

  it('leaves the wait that goes on to the last step', () => {
    const since = (to_ms: number) => ({
      from_ms: NOW - 90_000,
      to_ms,
      reason: { code: 'R-paused', params: {} },
    });
    const waits = (to: number) =>
      titles({ job: job(0, 0, { created_ms: NOW - 90_000 }), prompt: '', attempts: [], waits: [since(to)] });
    expect(waits(NOW)).toEqual(['Queued', 'Waits now']);
    expect(waits(NOW - 30_000)).toEqual(['Queued', 'Waited 1 min', 'Waits now']);
  });

  it('runs forward', () => {
    const times = steps(STORY, NOW, (model) => model).map((step) => step.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('sums calls, money and time', () => {
    expect(sum(STORY, NOW)).toEqual({ calls: 4, usd: 240_000, elapsed: 233_000 });
  });

  it.each([
    [job(0, 0), 'Waits now'],
    [job(0, 0, { state: 'parked' }), 'Cannot go on yet'],
    [job(0, 0, { state: 'failed', finished_ms: NOW }), 'Ended without a picture'],
    [job(0, 0, { state: 'unknown' }), 'Waits for your decision'],
    [job(0, 0, { state: 'cancelled', finished_ms: NOW }), 'Stopped'],
    [job(0, 0, { state: 'sending', sent_ms: NOW - 4_000 }), 'On the wire for 4 s'],
  ])('ends as the job does', (one, title) => {
    expect(titles({ job: one, prompt: '', attempts: [], waits: [] }).at(-1)).toBe(title);
  });

  it('is shown in a dialog that closes by Escape’s path', async () => {
    const { studio, container } = await inStudio(StoryDialog, {}, { job: 'j-1-0' });
    studio.nav.story = 'j-1-0';
    expect(await screen.findByText(/^4 calls · 3\smin\s53\ss · \$0.24 charged/)).toBeInTheDocument();
    expect(await axeViolations(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(studio.nav.story).toBeNull();
  });
});
