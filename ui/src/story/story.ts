// A job's story as steps: queued, each wait with its reason, each call with what came of it, the end. Pure but for the
// catalogue. Not here: how a step looks.

import type { AttemptView, JobStory, JobView, WaitView } from '@/bindings/api';
import { bytes, duration, headline, sentence, t, usd } from '@/i18n/index.svelte';
import { liveSentence } from '@/shared/live';

export type StepTone = 'plain' | 'ok' | 'wait' | 'bad' | 'unsure';

export interface Step {
  key: string;
  at: number;
  tone: StepTone;
  title: string;
  details: string[];
}

/** A wait shorter than this is no wait that anybody asks about. */
const NOTICED_MS = 1_500;

const join = (...words: (string | null | false)[]): string => words.filter(Boolean).join(' · ');

function billing(attempt: AttemptView, practice: boolean): string {
  if (attempt.usd > 0) {
    return t(practice ? 'story.charged.practice' : 'story.charged', { usd: attempt.usd });
  }
  return attempt.billed === null ? '' : t(`story.billed.${attempt.billed}`);
}

function wait(key: string, from: number, to: number, why: string): Step[] {
  if (to - from < NOTICED_MS) return [];
  return [{ key, at: from, tone: 'wait', title: t('story.waited', { wait: to - from }), details: [why] }];
}

const TONES: Record<string, StepTone> = { answered: 'ok', refused: 'bad', unknown: 'unsure' };

/** What the headline says already is not said again below it. */
const PLAIN = /^E-(OVERLOAD|CAPACITY|RATE|SERVER|OFFLINE)/;

function call(attempt: AttemptView, job: JobView, name: (model: string) => string): Step[] {
  const where = join(attempt.account, attempt.model !== job.model_asked && name(attempt.model));
  const request = attempt.request_id && t('story.request', { id: attempt.request_id });
  const sent: Step = {
    key: `sent-${attempt.number}`,
    at: attempt.started_ms,
    tone: 'plain',
    title: attempt.number === 1 ? t('story.sent') : t('story.sent.again', { n: attempt.number }),
    details: [join(where, request)],
  };
  if (attempt.ended_ms === null) return [sent];
  const took = duration(attempt.ended_ms - attempt.started_ms);
  const facts = join(
    attempt.status !== null && t('story.status', { status: attempt.status }),
    t('story.after', { time: took }),
    billing(attempt, job.practice),
  );
  const { verdict } = attempt;
  const kind = reasonKind(attempt);
  const named = attempt.state === 'refused' && (kind === 'quota' || kind === 'overload');
  const title = named
    ? t(`story.refused.${kind}`)
    : ((verdict && headline(verdict)) ?? t(`story.attempt.${attempt.state}`));
  const more = verdict && !PLAIN.test(verdict.code) ? sentence(verdict) : '';
  const ended = { tone: TONES[attempt.state] ?? 'plain', title };
  // A refusal comes at once and is one step; what was made, or may have been, took its time.
  if (attempt.state === 'refused') {
    return [{ ...ended, key: sent.key, at: attempt.started_ms, details: [join(where, facts), more] }];
  }
  return [sent, { ...ended, key: `ended-${attempt.number}`, at: attempt.ended_ms, details: [facts, more] }];
}

function end(job: JobView, now: number): Step[] {
  const at = job.finished_ms ?? now;
  const { picture } = job;
  if (job.state === 'done' && picture) {
    const size = `${picture.width} × ${picture.height}`;
    const cost = t(job.practice ? 'story.cost.practice' : 'story.cost', { usd: job.billed_usd });
    return [
      {
        key: 'end',
        at,
        tone: 'ok',
        title: job.from_library ? t('story.library') : t('story.stored', { bytes: bytes(picture.bytes) }),
        details: [join(size, job.from_library ? '' : cost), ...job.notes.map(sentence)],
      },
    ];
  }
  const reason = job.reason
    ? liveSentence(job.reason, now, { until: job.not_before_ms, since: job.sent_ms })
    : null;
  const details = reason === null ? [] : [reason];
  switch (job.state) {
    case 'sending':
      return [
        {
          key: 'end',
          at: now,
          tone: 'plain',
          title: t('story.sending', { time: duration(now - (job.sent_ms ?? now)) }),
          details: job.typical_ms === null ? [] : [t('sheet.usually', { time: job.typical_ms })],
        },
      ];
    case 'queued':
      return [{ key: 'end', at: now, tone: 'wait', title: t('story.waiting'), details }];
    case 'parked':
      return [{ key: 'end', at, tone: 'bad', title: t('sheet.title.parked'), details }];
    case 'failed':
      return [{ key: 'end', at, tone: 'bad', title: t('story.ended'), details }];
    case 'unknown':
      return [{ key: 'end', at, tone: 'unsure', title: t('story.unknown'), details: [usdAtRisk(job)] }];
    case 'cancelled':
      return [{ key: 'end', at, tone: 'plain', title: t('sheet.title.cancelled'), details }];
    default:
      return [];
  }
}

const usdAtRisk = (job: JobView): string =>
  job.practice || job.usd <= 0
    ? t('story.decide')
    : `${t('story.decide')} ${t('story.at-risk', { usd: usd(job.usd) })}`;

export function steps(story: JobStory, now: number, name: (model: string) => string): Step[] {
  const { job, attempts, waits } = story;
  const found: Step[] = [
    {
      key: 'queued',
      at: job.created_ms,
      tone: 'plain',
      title: t('story.queued'),
      details: [join(name(job.model_asked), job.size, job.aspect)],
    },
  ];
  let before = job.created_ms;
  let why = t('story.wait.turn');
  for (const attempt of attempts) {
    found.push(...gap(`wait-${attempt.number}`, before, attempt.started_ms, why, waits));
    found.push(...call(attempt, job, name));
    before = attempt.ended_ms ?? attempt.started_ms;
    why = t(`story.wait.${attempt.state === 'unknown' ? 'decided' : reasonKind(attempt)}`);
  }
  // What still holds is told at the end, with its next step.
  const over = job.finished_ms ?? now;
  const past = waits.filter((one) => one.from_ms >= before && one.to_ms < over - NOTICED_MS);
  const [last] = past.slice(-1);
  if (last) found.push(...gap('wait-end', before, last.to_ms, why, past));
  return [...found, ...end(job, now)];
}

/** A stretch between two calls: each wait that was noted, and for the rest of it what the call before suggests. */
function gap(key: string, from: number, to: number, why: string, waits: readonly WaitView[]): Step[] {
  const steps: Step[] = [];
  let at = from;
  for (const one of waits.filter((wait) => wait.from_ms >= from && wait.to_ms <= to)) {
    steps.push(...wait(`${key}-${at}`, at, one.from_ms, why));
    steps.push(...wait(`${key}-at-${one.from_ms}`, one.from_ms, one.to_ms, waitWords(one)));
    at = one.to_ms;
  }
  return [...steps, ...wait(`${key}-${at}-rest`, at, to, why)];
}

/** Past waits in short words: what the engine says of one that holds counts down to its end. */
const WORDS: [RegExp, string][] = [
  [/^R-paused$/, 'paused'],
  [/^R-sheet-paused$/, 'held'],
  [/^R-route-paused$/, 'route'],
  [/^R-off-peak$/, 'hours'],
  [/^R-concurrency$/, 'place'],
  [/^R-budget$/, 'budget'],
  [/^R-day-limit$/, 'day-limit'],
  [/^R-month-limit$/, 'month-limit'],
  [/^R-(closed|draining)$/, 'closed'],
  [/^R-decide$/, 'decided'],
  [/^R-ended$/, 'ended'],
  [/^E-NO-ROOM$/, 'room'],
  [/^E-KEY/, 'key'],
  [/^E-RATE-DAY$/, 'day'],
  [/^E-RATE/, 'quota'],
  [/^E-(OVERLOAD|CAPACITY)/, 'overload'],
  [/^E-OFFLINE$/, 'offline'],
];

function waitWords({ reason }: WaitView): string {
  const found = WORDS.find(([code]) => code.test(reason.code));
  return found ? t(`story.wait.${found[1]}`, reason.params) : sentence(reason);
}

/** Why a call that failed was followed by a wait: whose turn it was to give way. */
function reasonKind(attempt: AttemptView): string {
  const code = attempt.verdict?.code ?? '';
  if (code.startsWith('E-RATE')) return 'quota';
  if (code.startsWith('E-OVERLOAD') || code === 'E-CAPACITY') return 'overload';
  if (code === 'E-OFFLINE') return 'offline';
  return 'pause';
}

/** Money and time in all, for the line at the top. */
export function sum(story: JobStory, now: number): { calls: number; usd: number; elapsed: number } {
  const { job, attempts } = story;
  return {
    calls: attempts.length,
    usd: attempts.reduce((all, attempt) => all + attempt.usd, 0) || job.billed_usd,
    elapsed: Math.max(0, (job.finished_ms ?? now) - job.created_ms),
  };
}
