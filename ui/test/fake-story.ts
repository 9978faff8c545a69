// The timeline of a job that met an overload, a used-up minute and an overload again before its picture came.

import type { AttemptView, JobStory, Sentence } from '@/bindings/api';
import { job, NOW, picture, PRO, PROMPT } from './fake-data';

function attempt(number: number, over: Partial<AttemptView>): AttemptView {
  return {
    number,
    account: 'studio',
    model: PRO,
    state: 'refused',
    started_ms: NOW,
    ended_ms: null,
    status: 503,
    billed: 'no',
    usd: 0,
    verdict: null,
    request_id: null,
    ...over,
  };
}

const T0 = NOW - 400_000;
const overload = (wait: number, tries: number): Sentence => ({
  code: 'E-OVERLOAD',
  params: { provider: 'Google', attempt: tries, max: 10, wait },
});

export const STORY: JobStory = {
  prompt: PROMPT,
  job: {
    ...job(1, 0, {
      state: 'done',
      created_ms: T0,
      finished_ms: T0 + 233_000,
      attempts: 4,
      billed: 'yes',
      billed_usd: 240_000,
      reason: null,
    }),
    picture: picture({ job: 'j-1-0', created_ms: T0 + 233_000, elapsed_ms: 51_000, attempts: 4 }),
  },
  waits: [],
  attempts: [
    attempt(1, { started_ms: T0 + 6_000, ended_ms: T0 + 8_200, verdict: overload(33_000, 2) }),
    attempt(2, {
      account: 'studio-b',
      started_ms: T0 + 41_000,
      ended_ms: T0 + 42_900,
      status: 429,
      verdict: {
        code: 'E-RATE-MINUTE',
        params: { limit: 10, of: 'ipm', project: 'studio-b', wait: 48_000 },
      },
    }),
    attempt(3, { started_ms: T0 + 91_000, ended_ms: T0 + 94_000, verdict: overload(86_000, 4) }),
    attempt(4, {
      state: 'answered',
      started_ms: T0 + 181_000,
      ended_ms: T0 + 232_000,
      status: 200,
      billed: 'yes',
      usd: 240_000,
      request_id: 'a3f9',
    }),
  ],
};

/** One that waited for what no call tells: a pause, the hours, its turn. */
export const WAITED: JobStory = {
  ...STORY,
  attempts: STORY.attempts.slice(3),
  waits: [
    { from_ms: T0, to_ms: T0 + 41_000, reason: { code: 'R-paused', params: {} } },
    {
      from_ms: T0 + 41_000,
      to_ms: T0 + 101_000,
      reason: { code: 'R-off-peak', params: { at: T0 + 101_000 } },
    },
    { from_ms: T0 + 101_000, to_ms: T0 + 150_000, reason: { code: 'R-closed', params: {} } },
    {
      from_ms: T0 + 150_000,
      to_ms: T0 + 178_000,
      reason: {
        code: 'E-RATE-MINUTE',
        params: { limit: 10, of: 'ipm', project: 'studio', wait: 28_000 },
      },
    },
  ],
};
