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
    expect(titles({ job: one, prompt: '', attempts: [] }).at(-1)).toBe(title);
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
