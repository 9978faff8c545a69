import { describe, expect, it } from 'vitest';
import { job, NOW } from '../../test/fake-data';
import { age, cellWords, fallbackHelps, progress } from './words';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

describe('words of a cell', () => {
  it('counts a wait down from the moment it was told', () => {
    const waiting = job(0, 0, {
      not_before_ms: NOW + 38_000,
      reason: { code: 'E-OVERLOAD', params: { provider: 'Google', attempt: 3, max: 10, wait: 60_000 } },
    });
    const words = cellWords(waiting, NOW);
    expect(words.title).toBe('The model is overloaded, not your quota');
    expect(plain(words.detail)).toBe(
      'Google has no capacity (not your quota). Not charged. Try 3 of 10 in 38 s.',
    );
    expect(plain(cellWords(waiting, NOW + 30_000).detail)).toContain('in 8 s');
    expect(plain(cellWords(waiting, NOW + 60_000).detail)).toContain('in 0 s');
  });

  it('says how long a sent call usually takes, where that is known', () => {
    const sent = job(0, 1, { state: 'sending', sent_ms: NOW - 11_000, reason: null });
    expect(plain(cellWords(sent, NOW).detail)).toBe('Sent 11 s ago. This model usually takes 18 s.');
    expect(plain(cellWords({ ...sent, typical_ms: null }, NOW).detail)).toBe('Sent 11 s ago.');
  });

  it('has a headline where the code has none', () => {
    expect(cellWords(job(0, 0, { reason: { code: 'R-queued', params: {} } }), NOW)).toMatchObject({
      title: 'Waiting',
      detail: 'Waiting its turn.',
    });
  });

  it('asks nothing more once an unknown outcome was given up', () => {
    const reason = { code: 'E-UNKNOWN', params: { after: 1_000, status: '', usd: 134_000 } };
    const lost = job(0, 0, { state: 'unknown', billed: 'unknown', usd: 134_000, reason });
    expect(cellWords(lost, NOW).detail).toContain('Send again or give up');
    expect(cellWords({ ...lost, state: 'failed' }, NOW)).toMatchObject({
      title: 'Given up',
      detail: 'The picture may have been made and charged (list price $0.134). Nothing more is sent.',
    });
    expect(cellWords({ ...lost, state: 'failed', practice: true }, NOW).detail).toContain('$0.134 practice');
  });

  it('counts a call from its sending, a job from its birth', () => {
    expect(age(job(0, 0, { state: 'sending', sent_ms: NOW - 11_000 }), NOW)).toBe(11_000);
    expect(age(job(0, 0, { created_ms: NOW - 20_000 }), NOW)).toBe(20_000);
    expect(age(job(0, 0, { created_ms: NOW - 20_000, finished_ms: NOW - 5_000 }), NOW)).toBe(15_000);
  });
});

describe('progress', () => {
  it('follows the usual time and never claims to be done', () => {
    expect(progress(9_000, 18_000)).toBe(0.5);
    expect(progress(18_000, 18_000)).toBeLessThan(0.95);
    expect(progress(1e9, 18_000)).toBeLessThan(1);
    expect(progress(5_000, null)).toBeNull();
  });
});

describe('another model', () => {
  const reason = { code: 'E-OVERLOAD', params: {} };
  it('is offered in an overload and after an uncharged end', () => {
    expect(fallbackHelps(job(0, 0, { reason }))).toBe(true);
    expect(fallbackHelps(job(0, 0, { state: 'failed', billed: 'no' }))).toBe(true);
  });

  it('is not offered while a call runs, waits its turn, or was paid for', () => {
    expect(fallbackHelps(job(0, 0, { state: 'sending', reason }))).toBe(false);
    expect(fallbackHelps(job(0, 0))).toBe(false);
    expect(fallbackHelps(job(0, 0, { state: 'failed', billed: 'yes' }))).toBe(false);
  });
});
