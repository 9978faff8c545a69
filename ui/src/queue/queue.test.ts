import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { job, NOW, sheet, STATUS } from '../../test/fake-data';
import { lane, QUEUE, queueSheet } from '../../test/fake-weather';
import { axeViolations, inStudio } from '../../test/render';
import QueueView from './QueueView.svelte';
import { countWords, finishWords, laneNote, priceOf, reasonWords } from './words';

const user = userEvent.setup();
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const status = { queue: { ...STATUS.queue, queued: 41, parked: 87, unknown: 2, failed: 1 } };
const opened = (script = {}) => inStudio(QueueView, { queue: QUEUE, status, ...script });

describe('words', () => {
  it('count only what there is', () => {
    expect(countWords({ queued: 3, sending: 2, failed: 0 })).toBe('2 sent · 3 waiting');
    expect(countWords({})).toBe('');
  });

  it('count down to the opening of a sheet', () => {
    const one = queueSheet({
      reason: { code: 'E-OVERLOAD', params: { provider: 'Google', attempt: 3, max: 10, wait: 60_000 } },
      opens_ms: NOW + 38_000,
    });
    expect(plain(reasonWords(one, NOW)?.detail ?? '')).toMatch(/Try 3 of 10 in 38 s/);
    expect(reasonWords({ ...one, paused: true }, NOW)?.detail).toMatch(/Paused by you/);
    expect(reasonWords(queueSheet(), NOW)).toBeNull();
  });

  it('say when a lane is done, or that nobody knows', () => {
    expect(laneNote(lane({ lane: 'now' }), NOW)).toBe('Nothing waits here');
    expect(laneNote(lane({ lane: 'now', queued: 2 }), NOW)).toMatch(/No telling/);
    expect(laneNote(lane({ lane: 'now', queued: 2, finish_ms: NOW + 60_000 }), NOW)).toMatch(/^Done about/);
  });

  it('promise no finish for what is over', () => {
    expect(finishWords(queueSheet({ done: 4, jobs: 4, finish_ms: NOW + 5_000 }), NOW)).toBe('');
    expect(finishWords(queueSheet({ queued: 1, deadline_ms: NOW + 5_000 }), NOW)).toMatch(/^sent anyway by/);
  });

  it('name what all may cost, practice left out', () => {
    const tally = { jobs: 3, sending: 0, practice: 1, usd: 240_000, unpriced: 0 };
    expect(priceOf(tally, 'queue.retry')).toBe('They cost up to $0.24.');
    expect(priceOf({ ...tally, unpriced: 1 }, 'queue.retry')).toMatch(/\$0.24 and an unknown price/);
    expect(priceOf({ ...tally, unpriced: 2 }, 'queue.retry')).toMatch(/not known/);
    expect(priceOf({ ...tally, practice: 3 }, 'queue.unknown')).toMatch(/practice/);
  });
});

describe('the queue', () => {
  it('teaches in one sentence while nothing waits', async () => {
    await inStudio(QueueView);
    expect(await screen.findByText('Nothing waits')).toBeInTheDocument();
  });

  it('has lanes and sheets in order, well formed', async () => {
    const { container } = await opened();
    const titles = await screen.findAllByRole('heading', { level: 2 });
    expect(titles[0]).toHaveTextContent('A lighthouse in a storm');
    expect(titles).toHaveLength(QUEUE.sheets.length);
    expect(await axeViolations(container)).toEqual([]);
  });

  it('shows one lane when it is pressed, and all again', async () => {
    const { host } = await opened();
    const economy = await screen.findByRole('button', { name: /^Economy/ });
    await user.click(economy);
    expect(await screen.findAllByRole('heading', { level: 2 })).toHaveLength(1);
    expect(economy).toHaveAttribute('aria-pressed', 'true');
    await user.click(economy);
    expect(host.sent('queue.get').at(-1)).toMatchObject({ lane: null });
  });

  it('pauses, stops and retries a sheet', async () => {
    const { host } = await opened({
      sheets: [
        sheet([job(0, 0, { sheet: 's-3', state: 'parked' }), job(0, 1, { sheet: 's-3', state: 'done' })], {
          id: 's-3',
        }),
      ],
    });
    const row = within(await screen.findByRole('article', { name: /Storyboard/ }));
    await user.click(row.getByRole('button', { name: 'Pause' }));
    await user.click(row.getByRole('button', { name: 'Stop' }));
    await user.click(row.getByRole('button', { name: 'Try 84 again' }));
    expect(host.sent('sheets.pause')).toEqual([{ id: 's-3' }]);
    expect(host.sent('jobs.cancel')).toEqual([{ id: 's-3', lane: null, all: false }]);
    expect(host.sent('jobs.retry')).toEqual([{ id: 's-3', failed: false }]);
  });

  it('pauses all by a key', async () => {
    const { host } = await opened();
    await screen.findByRole('button', { name: /^Pause all/ });
    const { handleKey } = await import('@/app/keys');
    handleKey(new KeyboardEvent('keydown', { key: 'p' }));
    expect(host.sent('queue.pause')).toHaveLength(1);
  });

  it('asks before everything is stopped', async () => {
    const { host } = await opened();
    await user.click(await screen.findByRole('button', { name: 'Stop all…' }));
    await user.click(await screen.findByRole('button', { name: /^Stop \d+ jobs/ }));
    expect(host.sent('jobs.cancel')).toEqual([{ id: null, lane: null, all: true }]);
  });

  it('stops the lane that is shown, whatever is on the page, and says what is on the wire', async () => {
    const { host } = await opened({ answers: { 'jobs.cancel': () => ({ jobs: 1400, sent: 2 }) } });
    await user.click(await screen.findByRole('button', { name: /^Economy/ }));
    await user.click(await screen.findByRole('button', { name: 'Stop Economy…' }));
    expect(await screen.findByText(/were not sent and cost nothing/)).toBeInTheDocument();
    expect(host.sent('jobs.tally')[0]).toMatchObject({ lane: 'economy' });
    await user.click(screen.getByRole('button', { name: /^Stop [\d,]+ jobs?/ }));
    expect(host.sent('jobs.cancel')).toEqual([{ id: null, lane: 'economy', all: false }]);
  });

  it('says how much and for how much before all that failed is tried again', async () => {
    const jobs = [job(0, 0, { state: 'failed' }), job(0, 1, { state: 'parked' })];
    const { host } = await opened({ sheets: [sheet(jobs)] });
    await user.click(await screen.findByRole('button', { name: 'Try failed again…' }));
    expect(await screen.findByText(/cost up to \$0.353/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try 2 again' }));
    const failed_since_ms = host.sent('jobs.tally')[0]?.failed_since_ms ?? 0;
    expect(Math.abs(NOW - 24 * 3_600_000 - failed_since_ms)).toBeLessThan(60_000);
    expect(host.sent('jobs.retry')).toEqual([{ id: null, failed: true, failed_since_ms }]);
  });

  it('names the price before unknown outcomes are sent again', async () => {
    const jobs = [job(0, 0, { state: 'unknown' }), job(0, 1, { state: 'unknown' })];
    const { host } = await opened({ sheets: [sheet(jobs)] });
    await user.click(await screen.findByRole('button', { name: 'Decide 2 unknown…' }));
    expect(await screen.findByText(/costs up to \$0.353/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Send all again, up to $0.353' }));
    expect(host.sent('jobs.resolve')).toEqual([{ id: null, resend: true }]);
  });

  it('says of each job what it cost, practice as practice', async () => {
    const cost = { billed: 'yes', billed_usd: 240_000 } as const;
    const jobs = [
      job(0, 0, { state: 'failed', ...cost }),
      job(0, 1, { state: 'failed', practice: true, ...cost }),
      job(1, 0, { state: 'unknown', practice: true }),
    ];
    await opened({ sheets: [sheet(jobs)] });
    await user.click(await screen.findByRole('button', { name: /^Jobs of “A lighthouse/ }));
    const money = [...(await screen.findByRole('table')).querySelectorAll('td.money')];
    expect(money.map((cell) => cell.textContent)).toEqual([
      'maybe $0.24 practice',
      '$0.240',
      '$0.24 practice',
    ]);
  });

  it('opens the jobs of a sheet and from there the timeline', async () => {
    const { studio } = await opened({ sheets: [sheet([job(0, 0), job(0, 1, { state: 'failed' })])] });
    await user.click(await screen.findByRole('button', { name: /^Jobs of “A lighthouse/ }));
    const table = await screen.findByRole('table');
    const rows = within(table).getAllByRole('row');
    expect(rows[1]).toHaveTextContent('Failed');
    await user.click(within(table).getByRole('button', { name: 'Timeline of Pro 1' }));
    expect(studio.nav.story).toBe('j-0-0');
  });

  it('shows what needs somebody first, and all of a large sheet by and by', async () => {
    const jobs = Array.from({ length: 700 }, (_, row) =>
      job(row, 0, { state: row < 690 ? 'done' : 'unknown' }),
    );
    const queue = { ...QUEUE, sheets: [{ ...queueSheet(), sheet: 's-1', jobs: 700 }] };
    await opened({ queue, sheets: [sheet(jobs)] });
    await user.click(await screen.findByRole('button', { name: /^Jobs of/ }));
    const rows = () => screen.getAllByRole('row').length - 1;
    const more = await screen.findByRole('button', { name: 'Show 500 more (40 of 700 are shown)' });
    expect(rows()).toBe(40);
    expect(screen.getAllByRole('row')[1]).toHaveTextContent('Outcome unknown');
    await user.click(more);
    await user.click(await screen.findByRole('button', { name: 'Show 160 more (540 of 700 are shown)' }));
    await waitFor(() => expect(rows()).toBe(700));
    expect(screen.queryByRole('button', { name: /^Show \d+ more/ })).toBeNull();
  });
});
