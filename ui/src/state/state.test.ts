import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobView } from '@/bindings/api';
import { doneJob, job, NOW, sheet } from '../../test/fake-data';
import { FakeHost } from '../../test/fake-host';
import { Clock } from './clock.svelte';
import { Draft } from './draft.svelte';
import { Nav } from './nav.svelte';
import { Notices } from './notices.svelte';
import { Planner } from './planner.svelte';
import { Sheets } from './sheets.svelte';
import { Studio } from './studio.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the sheet', () => {
  it('counts what was spent, may have been, and is to come', () => {
    const sheets = new Sheets(new FakeHost());
    sheets.show(
      sheet([
        doneJob(0, 0, 'a'),
        job(0, 1, { state: 'unknown' }),
        job(1, 0),
        job(1, 1, { state: 'failed', billed_usd: 0 }),
      ]),
    );
    expect(sheets.totals).toEqual({
      pictures: 4,
      done: 1,
      open: 1,
      unknown: 1,
      spent: 240_000,
      total: 480_000,
      uncertain: 113_400,
    });
  });

  it('shows what became of a picture elsewhere', async () => {
    const host = new FakeHost({ sheets: [sheet([doneJob(0, 0, 'a'), job(0, 1)])] });
    const sheets = new Sheets(host);
    await sheets.open('s-1');
    await host.call('pictures.rate', { id: 'a', rating: 4 });
    await sheets.changed('a');
    expect(sheets.pictures[0]?.picture?.rating).toBe(4);
    await sheets.changed('not here');
    expect(host.sent('pictures.get')).toHaveLength(1);
  });

  it('reads several announcements of one sheet as one', async () => {
    const host = new FakeHost({ sheets: [sheet([job(0, 0)])] });
    const sheets = new Sheets(host);
    await sheets.open('s-1');
    for (let i = 0; i < 5; i += 1) sheets.refresh('s-1');
    await vi.advanceTimersByTimeAsync(300);
    expect(host.sent('sheets.get')).toHaveLength(2);
    expect(host.sent('sheets.list')).toHaveLength(1);
  });
});

describe('the sheet while answers are on their way', () => {
  /** Sheets are answered when the test says so, in the order it says. */
  function slow() {
    const answers: ((jobs: JobView[]) => void)[] = [];
    const host = new FakeHost({
      answers: {
        'sheets.get': ({ id }) =>
          new Promise((done) => answers.push((jobs) => done(sheet(jobs, { id: id ?? '' })))),
      },
    });
    return { host, answers, sheets: new Sheets(host) };
  }
  const states = (sheets: Sheets) => sheets.ordered.map((one) => one.state);

  it('keeps what is heard of a job meanwhile', async () => {
    const { sheets, answers } = slow();
    const opened = sheets.open('s-1');
    sheets.take(doneJob(0, 0, 'a'));
    answers[0]?.([job(0, 0), job(0, 1)]);
    await opened;
    expect(states(sheets)).toEqual(['done', 'queued']);
    const again = sheets.reread();
    sheets.take(doneJob(0, 1, 'b'));
    answers[1]?.([doneJob(0, 0, 'a'), job(0, 1)]);
    await again;
    expect(states(sheets)).toEqual(['done', 'done']);
  });

  it('shows the one that was picked last, though a larger one answers later', async () => {
    const { sheets, answers } = slow();
    const large = sheets.open('s-large');
    const small = sheets.open('s-small');
    answers[1]?.([job(0, 0, { sheet: 's-small' })]);
    await small;
    answers[0]?.([job(0, 0, { sheet: 's-large' })]);
    await large;
    expect(sheets.current?.id).toBe('s-small');
  });

  it('opens one though the one before is told of meanwhile', async () => {
    const { sheets, answers } = slow();
    sheets.show(sheet([], { id: 's-1' }));
    const opened = sheets.open('s-2');
    sheets.refresh('s-1');
    await vi.advanceTimersByTimeAsync(300);
    answers[0]?.([]);
    await opened;
    expect(sheets.current?.id).toBe('s-2');
  });

  it('is read again when a burst tells of it among others', async () => {
    const host = new FakeHost({ sheets: [sheet([job(0, 0)])] });
    const sheets = new Sheets(host);
    await sheets.open('s-1');
    for (const id of ['s-1', 's-2', 's-3']) sheets.refresh(id);
    await vi.advanceTimersByTimeAsync(300);
    expect(host.sent('sheets.get')).toHaveLength(2);
  });

  it('is read again when many pictures changed at once', async () => {
    const host = new FakeHost({ sheets: [sheet([doneJob(0, 0, 'a')])] });
    const studio = new Studio(host);
    await studio.start();
    (host.script.sheets ?? [])[0] = sheet([doneJob(0, 0, 'a', { rating: 4 })]);
    for (let step = 0; step < 3; step += 1) host.emit({ type: 'pictures' });
    await vi.advanceTimersByTimeAsync(300);
    expect(studio.sheets.pictures[0]?.picture?.rating).toBe(4);
    expect(host.sent('sheets.get')).toHaveLength(2);
    studio.destroy();
  });
});

describe('notices', () => {
  const failure = (code: string) => ({ sentence: { code, params: {} }, billed: null });
  const told = (notices: Notices) => notices.list.map((one) => one.text ?? one.failure?.sentence.code);

  it('make room for failures, which stay until they are dismissed', () => {
    const notices = new Notices();
    notices.failure(failure('E-1'));
    for (const text of ['a', 'b', 'c', 'd']) notices.info(text);
    expect(told(notices)).toEqual(['E-1', 'b', 'c', 'd']);
    for (const code of ['E-2', 'E-3', 'E-4']) notices.failure(failure(code));
    notices.info('e');
    expect(told(notices)).toEqual(['E-1', 'E-2', 'E-3', 'E-4', 'e']);
    vi.runAllTimers();
    expect(told(notices)).toEqual(['E-1', 'E-2', 'E-3', 'E-4']);
  });
});

describe('the planner', () => {
  it('asks for the first draft at once, and then waits for a pause in typing', async () => {
    const host = new FakeHost();
    const planner = new Planner(host);
    planner.follow({ prompt: '' });
    await planner.first;
    expect(planner.plan).not.toBeNull();
    for (const prompt of ['a', 'ab', 'abc']) planner.follow({ prompt });
    await vi.advanceTimersByTimeAsync(300);
    expect(host.sent('sheets.plan')).toEqual([{ prompt: '' }, { prompt: 'abc' }]);
  });

  it('drops an answer that a newer question has overtaken', async () => {
    const answers: ((usd: number) => void)[] = [];
    const host = new FakeHost({
      answers: { 'sheets.plan': () => new Promise((done) => answers.push((usd) => done({ usd } as never))) },
    });
    const planner = new Planner(host);
    planner.follow({ prompt: 'a' });
    const second = planner.ask();
    answers[1]?.(2);
    await second;
    answers[0]?.(1);
    await planner.first;
    expect(planner.plan?.usd).toBe(2);
  });

  it('keeps a refusal as what stands in the way', async () => {
    const failure = { sentence: { code: 'E-SIZE', params: {} }, billed: null };
    const host = new FakeHost({
      answers: {
        'sheets.plan': () => {
          throw failure;
        },
      },
    });
    const planner = new Planner(host);
    planner.follow({ prompt: 'a' });
    await planner.ask();
    expect(planner.plan).toBeNull();
    expect(planner.failure).toEqual(failure);
  });

  it('asks again when the weather changes, at most every second and a half', async () => {
    const host = new FakeHost();
    const planner = new Planner(host);
    planner.follow({ prompt: 'a' });
    await vi.advanceTimersByTimeAsync(300);
    for (let i = 0; i < 10; i += 1) planner.stale();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(host.sent('sheets.plan')).toHaveLength(2);
  });
});

describe('the draft', () => {
  it('survives, and forgives a broken store', () => {
    const draft = new Draft();
    draft.text = 'A lighthouse';
    draft.vars = { time: 'noon' };
    draft.count = 3;
    flushSync();
    const again = new Draft();
    expect([again.text, again.vars, again.count]).toEqual(['A lighthouse', { time: 'noon' }, 3]);
    draft.destroy();
    again.destroy();
    localStorage.setItem('diptych.draft.1', '{');
    const fresh = new Draft();
    expect(fresh.text).toBe('');
    fresh.destroy();
  });
});

describe('the clock', () => {
  it('keeps the time of the engine and ticks only while it is held', () => {
    vi.setSystemTime(NOW - 5_000);
    const clock = new Clock();
    clock.set(NOW);
    expect(clock.now).toBe(NOW);
    vi.advanceTimersByTime(3_000);
    expect(clock.now).toBe(NOW);
    const release = clock.hold();
    vi.advanceTimersByTime(2_000);
    expect(clock.now).toBe(NOW + 5_000);
    release();
    vi.advanceTimersByTime(9_000);
    expect(clock.now).toBe(NOW + 5_000);
  });
});

describe('views', () => {
  it('opens the wall only with something to compare, and goes back where it came from', () => {
    const nav = new Nav();
    nav.go('wall');
    expect(nav.view).toBe('compose');
    nav.go('gallery');
    nav.openWall({ pictures: ['a', 'b'] });
    expect(nav.wall).toEqual({ sheet: null, pictures: ['a', 'b'], focus: null });
    nav.back();
    expect(nav.view).toBe('gallery');
  });
});

describe('the studio', () => {
  it('shows the first view before the last sheet, and does not call the stage empty meanwhile', async () => {
    const host = new FakeHost({ sheets: [sheet([])] });
    const studio = new Studio(host);
    let stands = () => {};
    const started = studio.start(() => new Promise((drawn) => (stands = drawn)));
    await vi.advanceTimersByTimeAsync(0);
    expect(studio.session.phase).toBe('ready');
    expect(host.sent('sheets.get')).toEqual([]);
    expect(studio.sheets.coming).toBe(true);
    stands();
    await started;
    expect(studio.sheets.current?.id).toBe('s-1');
    expect(studio.sheets.coming).toBe(false);
  });

  it('passes events on to views that ask for them', async () => {
    const host = new FakeHost();
    const studio = new Studio(host);
    await studio.start();
    const seen: string[] = [];
    const stop = studio.onEvent((event) => seen.push(event.type));
    host.emit({ type: 'picture', id: 'p' });
    stop();
    host.emit({ type: 'picture', id: 'q' });
    expect(seen).toEqual(['picture']);
    studio.destroy();
  });
});
