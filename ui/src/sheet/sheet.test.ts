import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { JobView } from '@/bindings/api';
import { doneJob, FLASH, job, NOW, PRO, sheet } from '../../test/fake-data';
import { axeViolations, inStudio } from '../../test/render';
import SheetStage from './SheetStage.svelte';

const user = userEvent.setup();
const onexample = vi.fn();
const overload = { code: 'E-OVERLOAD', params: { provider: 'Google', attempt: 3, max: 10, wait: 38_000 } };

async function staged(jobs: JobView[]) {
  const one = sheet(jobs);
  const view = await inStudio(SheetStage, { sheets: [one] }, { onexample });
  view.studio.sheets.show(one);
  await screen.findByRole('heading', { name: one.title });
  const cell = (row: number, column: number) => {
    const node = view.container.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`);
    if (!node) throw new Error(`no cell ${row} ${column}`);
    return within(node);
  };
  return { ...view, cell };
}

describe('the stage', () => {
  it('teaches in one sentence and one action while it is empty', async () => {
    const { container } = await inStudio(SheetStage, {}, { onexample });
    expect(screen.getByText(/each model gets a column/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try an example prompt' }));
    expect(onexample).toHaveBeenCalled();
    expect(await axeViolations(container)).toEqual([]);
  });

  it('labels columns by model and says what was spent of how much', async () => {
    await staged([doneJob(0, 0, 'a'), job(0, 1)]);
    expect(screen.getByRole('columnheader', { name: 'Nano Banana Pro' })).toBeInTheDocument();
    expect(screen.getByText('2 pictures · 1 done · $0.24 of $0.353 spent')).toBeInTheDocument();
  });

  it('shows real pixels, seconds and price under a picture', async () => {
    const { cell } = await staged([doneJob(0, 0, 'a', { width: 2752, height: 1536, rating: 3 })]);
    expect(cell(0, 0).getByText('2752 × 1536')).toBeInTheDocument();
    expect(cell(0, 0).getByText('52 s')).toBeInTheDocument();
    expect(cell(0, 0).getByText('$0.240')).toBeInTheDocument();
    expect(cell(0, 0).getByRole('img', { name: 'Rated 3 of 5.' })).toHaveTextContent('★★★');
  });

  it('opens the wall at the picture by Enter and by double click, not by a click', async () => {
    const { cell, studio } = await staged([doneJob(0, 0, 'a'), doneJob(0, 1, 'b')]);
    const picture = cell(0, 1).getByRole('button', { name: /open in the wall/ });
    await user.click(picture);
    expect(studio.nav.view).toBe('compose');
    picture.focus();
    await user.keyboard('{Enter}');
    expect(studio.nav.view).toBe('wall');
    expect(studio.nav.wall).toEqual({ sheet: 's-1', pictures: null, focus: 'b' });
    studio.nav.back();
    await user.dblClick(picture);
    expect(studio.nav.view).toBe('wall');
  });

  it('moves between cells by arrow keys', async () => {
    const { cell } = await staged([
      doneJob(0, 0, 'a'),
      doneJob(0, 1, 'b'),
      doneJob(1, 0, 'c'),
      doneJob(1, 1, 'd'),
    ]);
    const button = (row: number, column: number) =>
      cell(row, column).getByRole('button', { name: /open in the wall/ });
    button(0, 0).focus();
    await user.keyboard('{ArrowRight}{ArrowDown}');
    expect(button(1, 1)).toHaveFocus();
    await user.keyboard('{ArrowDown}{ArrowLeft}');
    expect(button(1, 0)).toHaveFocus();
  });

  it('takes events in place and tells them to a screen reader', async () => {
    const { host, cell } = await staged([job(0, 0), job(0, 1)]);
    host.emit({ type: 'job', job: job(0, 1, { state: 'sending', sent_ms: NOW, attempts: 1, reason: null }) });
    expect(await cell(0, 1).findByText('Making the picture')).toBeInTheDocument();
    host.emit({ type: 'job', job: doneJob(0, 1, 'b') });
    expect(await cell(0, 1).findByText('5504 × 3072')).toBeInTheDocument();
    await waitFor(
      () => expect(screen.getByRole('status')).toHaveTextContent('Nano Banana 2.1 Flash, 1: Done.'),
      { timeout: 2_000 },
    );
  });

  it('ignores jobs of other sheets', async () => {
    const { host, studio } = await staged([job(0, 0)]);
    host.emit({ type: 'job', job: job(5, 0, { sheet: 'other' }) });
    expect(studio.sheets.jobs.size).toBe(1);
  });

  it('stops what waits, and only that', async () => {
    const { host, cell } = await staged([
      job(0, 0, { reason: overload, not_before_ms: NOW + 38_000 }),
      job(0, 1, { state: 'sending', sent_ms: NOW, reason: null }),
    ]);
    expect(cell(0, 1).queryByRole('button', { name: 'Stop' })).toBeNull();
    await user.click(cell(0, 0).getByRole('button', { name: 'Stop' }));
    expect(host.sent('jobs.cancel')).toEqual([{ id: 'j-0-0', lane: null, all: false }]);
    await user.click(screen.getByRole('button', { name: 'Stop all' }));
    expect(host.sent('sheets.cancel')).toEqual([{ id: 's-1' }]);
  });

  it('offers Flash instead in an overload, never for Flash itself', async () => {
    const { host, cell } = await staged([job(0, 0, { reason: overload }), job(0, 1, { reason: overload })]);
    expect(cell(0, 1).queryByRole('button', { name: /instead/ })).toBeNull();
    await user.click(cell(0, 0).getByRole('button', { name: 'Use Flash instead' }));
    await waitFor(() => expect(host.sent('jobs.redo')).toEqual([{ id: 'j-0-0', model: FLASH, size: null }]));
  });

  it('asks for the size in which the engine offers it', async () => {
    const stand_in = { model: FLASH, size: '1K', usd: 67_000 };
    const { host, cell } = await staged([job(0, 0, { reason: overload, stand_in })]);
    await user.click(cell(0, 0).getByRole('button', { name: 'Use Flash instead' }));
    await waitFor(() => expect(host.sent('jobs.redo')).toEqual([{ id: 'j-0-0', model: FLASH, size: '1K' }]));
  });

  it('asks once for the sheet whether another model may take over, where the sheet wants to be asked', async () => {
    const stand_in = { model: FLASH, size: '2K', usd: 113_400 };
    const waits = (row: number) => job(row, 0, { reason: overload, stand_in });
    const { studio, host } = await staged([waits(0), waits(1)]);
    expect(screen.queryByRole('button', { name: 'Use Flash' })).toBeNull();
    studio.sheets.show({ ...sheet([waits(0), waits(1)]), fallback: 'ask' });
    expect(await screen.findByText(/2 pictures wait for Pro.*Flash could take over/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Use Flash' }));
    await user.click(screen.getByRole('button', { name: 'Keep waiting' }));
    const told = { ...waits(0), not_before_ms: NOW + 600_000, typical_ms: 60_000 };
    studio.sheets.show({ ...sheet([told]), fallback: 'ask' });
    expect(await screen.findByText(/1 picture waits for Pro, until about .* at the soonest/)).toBeVisible();
    expect(host.sent('sheets.fallback')).toEqual([
      { id: 's-1', fallback: 'now' },
      { id: 's-1', fallback: 'never' },
    ]);
  });

  it('offers the smaller picture now where its size is refused, with its price, and keeps both together', async () => {
    const ahead = { size: '2K', usd: 134_000 };
    const waits = (row: number) => job(row, 0, { reason: overload, ahead });
    const { studio, host, cell } = await staged([waits(0), waits(1)]);
    expect(
      screen.getByText(/Pro refuses 4K now, 2K goes through. 2 pictures in 2K now: \$0.268 more/),
    ).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Make 2K now, 4K later' }));
    expect(host.sent('sheets.ahead')).toEqual([{ id: 's-1' }]);
    await user.click(cell(0, 0).getByRole('button', { name: '2K now, 4K later: $0.134 more' }));
    expect(host.sent('jobs.redo')).toEqual([{ id: 'j-0-0', model: null, size: '2K' }]);

    const small = job(0, 0, { id: 'j-small', size: '2K', larger: 'j-0-0' });
    studio.sheets.show(sheet([job(0, 0, { smaller: 'j-small' }), small]));
    expect(await screen.findByText('2K ahead')).toBeInTheDocument();
    expect(screen.getByText('2K made ahead')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /2K now/ })).toBeNull();
  });

  it('leaves an unknown outcome to the user, one by one or all at once', async () => {
    const unknown = (row: number) =>
      job(row, 0, {
        state: 'unknown',
        billed: 'unknown',
        reason: { code: 'E-UNKNOWN', params: { after: 6e5, usd: 240_000 } },
      });
    const { host, cell } = await staged([unknown(0), unknown(1)]);
    expect(cell(0, 0).getByText('maybe $0.24')).toBeInTheDocument();
    await user.click(cell(0, 0).getByRole('button', { name: 'Send again, maybe $0.24 more' }));
    await user.click(cell(1, 0).getByRole('button', { name: 'Give up' }));
    await user.click(screen.getByRole('button', { name: 'Give all up' }));
    expect(host.sent('jobs.resolve')).toEqual([
      { id: 'j-0-0', resend: true },
      { id: 'j-1-0', resend: false },
      { id: 's-1', resend: false },
    ]);
  });

  describe('its budget', () => {
    const reason = { code: 'R-budget', params: { limit: 300_000, spent: 240_000, price: 113_400 } };
    const kept = job(0, 1, { state: 'parked', reason });

    async function limited(max_usd: number | null = 300_000, jobs = [doneJob(0, 0, 'a'), kept]) {
      const view = await staged(jobs);
      view.studio.sheets.show(sheet(jobs, { max_usd }));
      return view;
    }

    it('is said beside the total, and what it stops', async () => {
      const { studio, cell } = await limited();
      expect(screen.getByText(/\$0.24 of \$0.353 spent$/)).toBeInTheDocument();
      expect(await screen.findByRole('button', { name: 'at most $0.30' })).toBeVisible();
      expect(
        cell(0, 1).getByText(/^The sheet's budget of \$0.30 is used up: .* Nothing was sent\.$/),
      ).toBeInTheDocument();
      studio.sheets.show(sheet([kept], { max_usd: 300_000, practice: true }));
      expect(await screen.findByRole('button', { name: 'at most $0.30 practice' })).toBeVisible();
    });

    it('is raised where it keeps a picture, and the focus stays at hand when the reason goes', async () => {
      const { host, cell, container, studio } = await limited();
      const raise = cell(0, 1).getByRole('button', { name: 'Raise the budget…' });
      await user.click(raise);
      expect(
        screen.getByText(
          '$0.24 are spent or under way. 1 picture waits for room in the budget, for $0.113 more.',
        ),
      ).toBeVisible();
      expect(await axeViolations(container)).toEqual([]);
      await user.click(screen.getByRole('button', { name: 'Not now' }));
      expect(raise).toHaveFocus();
      expect(host.sent('sheets.budget')).toEqual([]);

      await user.keyboard('{Enter}');
      const field = screen.getByRole('textbox', { name: 'At most, in dollars' });
      expect(field).toHaveValue('0.30');
      await user.clear(field);
      host.script.sheets = [sheet([doneJob(0, 0, 'a'), job(0, 1)], { max_usd: 1_250_000 })];
      await user.type(field, '1.25{Enter}');
      expect(host.sent('sheets.budget')).toEqual([{ id: 's-1', max_usd: 1_250_000 }]);
      expect(await screen.findByRole('button', { name: 'at most $1.25' })).toHaveFocus();
      expect(screen.queryByRole('dialog')).toBeNull();
      expect(cell(0, 1).queryByRole('button', { name: 'Raise the budget…' })).toBeNull();
      expect(studio.nav.view).toBe('compose');
    });

    it('takes only an amount, or is taken away by a button of its own', async () => {
      const { host } = await limited();
      await user.click(await screen.findByRole('button', { name: 'at most $0.30' }));
      const field = screen.getByRole('textbox', { name: 'At most, in dollars' });
      for (const wrong of ['0', 'much', '-1']) {
        await user.clear(field);
        await user.type(field, `${wrong}{Enter}`);
        expect(screen.getByText('Write dollars above zero, as 2.50.')).toBeVisible();
        expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
      }
      await user.clear(field);
      await user.keyboard('{Enter}');
      expect(host.sent('sheets.budget')).toEqual([]);
      await user.click(screen.getByRole('button', { name: 'No budget' }));
      expect(host.sent('sheets.budget')).toEqual([{ id: 's-1', max_usd: null }]);
    });

    it('says in the dialog why it could not be changed', async () => {
      const { host } = await limited();
      const failure = { sentence: { code: 'E-LIBRARY', params: { text: 'gone' } }, billed: null };
      host.script.answers = { 'sheets.budget': () => Promise.reject(failure) };
      await user.click(await screen.findByRole('button', { name: 'at most $0.30' }));
      await user.click(screen.getByRole('button', { name: 'Save' }));
      expect(await within(screen.getByRole('dialog')).findByRole('alert')).toHaveTextContent('gone');
    });

    it('changes the sheet that it was opened for, whatever comes on the stage meanwhile', async () => {
      const { host, studio } = await limited();
      await user.click(await screen.findByRole('button', { name: 'at most $0.30' }));
      studio.sheets.show(sheet([job(0, 0, { sheet: 's-2' })], { id: 's-2', title: 'Another' }));
      await user.click(screen.getByRole('button', { name: 'Save' }));
      expect(host.sent('sheets.budget')).toEqual([{ id: 's-1', max_usd: 300_000 }]);
    });

    it('can be set while something may still cost money', async () => {
      const { studio } = await limited(null, [job(0, 0)]);
      await user.click(screen.getByRole('button', { name: 'Set a budget' }));
      expect(screen.queryByRole('button', { name: 'No budget' })).toBeNull();
      await user.click(screen.getByRole('button', { name: 'Not now' }));
      studio.sheets.show(sheet([doneJob(0, 0, 'a')]));
      await waitFor(() => expect(screen.queryByRole('button', { name: 'Set a budget' })).toBeNull());
    });
  });

  it('never says practice money as if it were real', async () => {
    const unknown = (row: number) =>
      job(row, 0, {
        practice: true,
        state: 'unknown',
        billed: 'unknown',
        reason: { code: 'E-UNKNOWN', params: { after: 6e5 } },
      });
    const jobs = [
      unknown(0),
      unknown(1),
      job(2, 0, { practice: true, state: 'failed', billed: 'yes', billed_usd: 240_000 }),
    ];
    const { studio, cell } = await staged(jobs);
    studio.sheets.show({ ...sheet(jobs), practice: true });
    expect(await screen.findByText(/up to \$0.48 practice may have been charged/)).toBeInTheDocument();
    expect(cell(0, 0).getByText('maybe $0.24 practice')).toBeInTheDocument();
    expect(cell(2, 0).getByText('$0.24 practice charged')).toBeInTheDocument();
    const waits = job(0, 0, {
      practice: true,
      reason: overload,
      stand_in: { model: FLASH, size: '2K', usd: 113_400 },
    });
    studio.sheets.show({ ...sheet([waits]), practice: true, fallback: 'ask' });
    expect(await screen.findByText(/for \$0.113 practice instead of \$0.24 practice/)).toBeInTheDocument();
  });

  it('tries a failed or parked job again', async () => {
    const { host, cell } = await staged([
      job(0, 0, {
        state: 'failed',
        billed: 'no',
        reason: { code: 'E-SERVER-END', params: { provider: 'Google' } },
      }),
      job(0, 1, { state: 'parked', reason: { code: 'E-CREDIT', params: {} } }),
    ]);
    expect(cell(0, 0).getByText('The provider failed twice')).toBeInTheDocument();
    await user.click(cell(0, 0).getByRole('button', { name: 'Try again' }));
    await user.click(cell(0, 1).getByRole('button', { name: 'Try again' }));
    expect(host.sent('jobs.retry').map((args) => args.id)).toEqual(['j-0-0', 'j-0-1']);
  });

  it('marks a fallback, a library answer, and says notes', async () => {
    const { cell } = await staged([
      doneJob(0, 0, 'a', {
        fallback: true,
        model_used: FLASH,
        notes: [{ code: 'W-SIZE', params: { asked: '5504×3072', got: '1376×768', asked_size: '4K' } }],
      }),
      { ...doneJob(0, 1, 'b'), from_library: true },
    ]);
    expect(cell(0, 0).getByText('Flash instead of Pro')).toBeInTheDocument();
    expect(cell(0, 0).getByText('Asked for 5504×3072, got 1376×768. Charged as 4K.')).toBeInTheDocument();
    expect(cell(0, 1).getByText('from the library')).toBeInTheDocument();
  });

  it('shows provider text as text', async () => {
    const text = '<img src=x onerror=alert(1)>';
    const { container } = await staged([
      job(0, 0, {
        state: 'failed',
        billed: 'unknown',
        reason: { code: 'E-REFUSED', params: { reason: 'X', text } },
      }),
    ]);
    expect(container.querySelector('.wait img')).toBeNull();
    expect(container).toHaveTextContent(text);
  });

  it('stands a redo below the job it repeats', async () => {
    const { host, container } = await staged([job(0, 0, { reason: overload })]);
    host.emit({ type: 'job', job: job(0, 0, { id: 'j-redo', created_ms: NOW, model_asked: PRO }) });
    await waitFor(() =>
      expect(
        [...container.querySelectorAll<HTMLElement>('[data-job]')].map((one) => one.dataset['job']),
      ).toEqual(['j-0-0', 'j-redo']),
    );
  });

  it('names the model of a redo that is not the one of its column', async () => {
    const { container } = await staged([
      doneJob(0, 0, 'a'),
      { ...doneJob(0, 0, 'b'), id: 'j-redo', created_ms: NOW, model_asked: FLASH },
    ]);
    const [first, second] = container.querySelectorAll<HTMLElement>('[data-job]');
    expect(first).not.toHaveTextContent('instead of');
    expect(second).toHaveTextContent('Flash instead of Pro');
  });

  it('goes back to an earlier sheet', async () => {
    const { host } = await staged([job(0, 0)]);
    await user.click(screen.getByRole('button', { name: 'Sheets' }));
    await user.click(screen.getByRole('button', { name: /Layered hills at dawn.*0 of 1 done/s }));
    expect(host.sent('sheets.get').at(-1)).toEqual({ id: 's-1' });
  });

  it('passes axe in every state', async () => {
    const { container } = await staged([
      doneJob(0, 0, 'a'),
      job(0, 1, { state: 'sending', sent_ms: NOW, reason: null }),
      job(1, 0, { reason: overload, not_before_ms: NOW + 38_000 }),
      job(1, 1, { state: 'unknown', reason: { code: 'E-UNKNOWN', params: { after: 1, usd: 1 } } }),
      job(2, 0, { state: 'failed', reason: { code: 'E-EMPTY', params: {} } }),
      job(2, 1, { state: 'parked', reason: { code: 'E-CREDIT', params: {} } }),
      job(3, 0, { state: 'cancelled', reason: { code: 'R-cancelled', params: {} } }),
    ]);
    expect(await axeViolations(container)).toEqual([]);
  });
});
