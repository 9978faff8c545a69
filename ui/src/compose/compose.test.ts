import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handleKey } from '@/app/keys';
import { FLASH, MODELS, PRO } from '../../test/fake-data';
import type { Script } from '../../test/fake-host';
import { axeViolations, inStudio } from '../../test/render';
import ComposeView from './ComposeView.svelte';

const user = userEvent.setup();
const generate = () => screen.getByRole('button', { name: /Generate/ });

async function composed(script: Script = {}, prompt = 'A lighthouse at dusk') {
  const view = await inStudio(ComposeView, script);
  if (prompt) await user.type(screen.getByLabelText('Prompt'), prompt);
  await waitFor(() => expect(view.studio.planner.pending).toBe(false));
  return view;
}

beforeEach(() => {
  document.body.onkeydown = handleKey;
});

afterEach(() => vi.restoreAllMocks());

describe('compose', () => {
  it('starts with Pro and Flash, and says the price before the press', async () => {
    await composed();
    expect(screen.getByRole('checkbox', { name: /Nano Banana Pro/ })).toBeChecked();
    expect(screen.getByRole('checkbox', { name: /2.1 Flash/ })).toBeChecked();
    expect(screen.getByText('5504 × 3072')).toBeInTheDocument();
    expect(screen.getByText(/^2 pictures/)).toHaveTextContent('first in about 18 s');
    expect(screen.getAllByText('$0.353').length).toBeGreaterThan(0);
  });

  it('has nothing to generate without a prompt', async () => {
    await composed({}, '');
    expect(screen.getByText('Write a prompt first.')).toBeInTheDocument();
    expect(generate()).toBeDisabled();
  });

  it('sends what was chosen, keeps the draft, and shows the sheet', async () => {
    const { host, studio } = await composed();
    await user.click(screen.getByRole('radio', { name: /2K/ }));
    await user.click(screen.getByRole('button', { name: 'One more' }));
    await user.selectOptions(screen.getByLabelText('Aspect'), '1:1');
    await user.click(generate());
    await waitFor(() => expect(host.sent('sheets.create')).toHaveLength(1));
    expect(host.sent('sheets.create')[0]).toMatchObject({
      prompt: 'A lighthouse at dusk',
      models: [PRO, FLASH],
      size: '2K',
      aspect: '1:1',
      count: 2,
      new: false,
      confirmed: false,
      origin: 'window',
    });
    expect(screen.getByLabelText('Prompt')).toHaveValue('A lighthouse at dusk');
    expect(studio.sheets.jobs.size).toBe(4);
  });

  it('generates on Ctrl+Enter from within the prompt', async () => {
    const { host } = await composed();
    await user.click(screen.getByLabelText('Prompt'));
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(host.sent('sheets.create')).toHaveLength(1));
  });

  it('takes a double click for one press, and a press later for another', async () => {
    const { host } = await composed();
    await user.dblClick(generate());
    await waitFor(() => expect(host.sent('sheets.create')).toHaveLength(1));
    await user.click(generate());
    expect(host.sent('sheets.create'), 'the same again, at once').toHaveLength(1);
    const later = Date.now() + 1_500;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    await user.click(generate());
    await waitFor(() => expect(host.sent('sheets.create')).toHaveLength(2));
  });

  it('sends at once what was changed after the last press', async () => {
    const { host } = await composed();
    await user.click(generate());
    await user.click(screen.getByRole('button', { name: 'One more' }));
    await user.click(generate());
    await waitFor(() => expect(host.sent('sheets.create').map((sent) => sent.count)).toEqual([1, 2]));
  });

  it('remembers the draft over a restart', async () => {
    const first = await composed({}, 'Kept ');
    first.unmount();
    await inStudio(ComposeView);
    expect(screen.getByLabelText('Prompt')).toHaveValue('Kept ');
  });

  it('fills variables from small fields', async () => {
    const { host, studio } = await composed({}, '');
    studio.draft.text = 'Hills at ${time:dawn}';
    await user.type(await screen.findByLabelText('time'), 'noon');
    await waitFor(() => expect(host.sent('sheets.plan').at(-1)).toMatchObject({ vars: { time: 'noon' } }));
  });

  it('asks in place when the library can answer', async () => {
    const { host } = await composed({ plan: { from_library: 2, pictures: 0, usd: 0 } });
    expect(screen.queryByRole('button', { name: /^Generate/ })).toBeNull();
    const show = screen.getByRole('button', { name: 'Show the 2 you have' });
    await user.click(screen.getByLabelText('Prompt'));
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(show).toHaveFocus());
    expect(host.sent('sheets.create')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Make 2 more · $0.353' }));
    await waitFor(() => expect(host.sent('sheets.create')[0]).toMatchObject({ new: true }));
  });

  it('wants a word where the plan says so, and sends it', async () => {
    const { host } = await composed({
      plan: {
        pictures: 40,
        usd: 7_068_000,
        confirm: { code: 'E-CONFIRM', params: { n: 40, usd: 7_068_000 } },
      },
    });
    await user.click(generate());
    expect(await screen.findByText(/^40 pictures for \$7.068\. A sheet this large/)).toBeInTheDocument();
    expect(host.sent('sheets.create')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Generate for $7.068' }));
    await waitFor(() => expect(host.sent('sheets.create')[0]).toMatchObject({ confirmed: true }));
  });

  it('asks for a word with lines that add up to what is made', async () => {
    const { host } = await composed({
      plan: {
        pictures: 30,
        from_library: 10,
        usd: 7_200_000,
        items: [
          {
            model: PRO,
            account: 'studio',
            size: '4K',
            aspect: '16:9',
            width: 5504,
            height: 3072,
            count: 40,
            from_library: 10,
            usd_each: 240_000,
            typical_ms: null,
            wait: null,
          },
        ],
        confirm: { code: 'E-CONFIRM', params: { n: 30, usd: 7_200_000 } },
      },
    });
    await user.click(screen.getByRole('button', { name: /^Show 10, make 30 more/ }));
    expect(await screen.findByRole('row')).toHaveTextContent(/30 pictures\s*\$7.20/);
    expect(screen.getByText(/^30 pictures for \$7.20/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await user.click(screen.getByRole('button', { name: /^Make 40 more/ }));
    expect(await screen.findByRole('row')).toHaveTextContent(/40 pictures\s*\$9.60/);
    expect(screen.getByText(/^40 pictures for \$9.60/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Generate for $9.60' }));
    await waitFor(() => expect(host.sent('sheets.create')[0]).toMatchObject({ new: true, confirmed: true }));
  });

  it('says what stands in the way and does not send', async () => {
    const { host } = await composed({
      plan: { problems: [{ sentence: { code: 'E-ACCOUNT-MIXED', params: {} }, billed: null }] },
    });
    expect(screen.getByText('Practice and real accounts cannot be in one sheet.')).toBeInTheDocument();
    expect(generate()).toBeDisabled();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(host.sent('sheets.create')).toHaveLength(0);
  });

  it('shows a refusal with its cost, and loses nothing', async () => {
    const { studio } = await composed({
      answers: {
        'sheets.create': () => {
          throw { sentence: { code: 'E-LIBRARY', params: { text: 'disk I/O error.' } }, billed: 'no' };
        },
      },
    });
    await user.click(generate());
    await waitFor(() => expect(studio.notices.list[0]?.failure?.sentence.code).toBe('E-LIBRARY'));
    expect(screen.getByLabelText('Prompt')).toHaveValue('A lighthouse at dusk');
  });

  it('adds another model and takes it off again', async () => {
    const { host } = await composed();
    await user.selectOptions(screen.getByLabelText('Add another model'), 'gemini-3.1-flash-lite-image');
    expect(screen.getByRole('checkbox', { name: /Lite/ })).toBeChecked();
    expect(screen.getByText('makes 1K only')).toBeInTheDocument();
    await waitFor(() => expect(host.sent('sheets.plan').at(-1)?.models).toHaveLength(3));
    await user.click(screen.getByRole('checkbox', { name: /Lite/ }));
    await user.click(screen.getByRole('button', { name: 'Take Nano Banana 2 Lite off the list' }));
    expect(screen.queryByRole('checkbox', { name: /Lite/ })).toBeNull();
  });

  it('offers only aspects that all chosen models make', async () => {
    await composed();
    const offered = () =>
      [...screen.getByLabelText<HTMLSelectElement>('Aspect').options].map((one) => one.value);
    expect(offered()).not.toContain('1:8');
    await user.click(screen.getByRole('checkbox', { name: /Nano Banana Pro/ }));
    expect(offered()).toContain('1:8');
  });

  it('never offers a retired model', async () => {
    await composed();
    const select = screen.getByLabelText<HTMLSelectElement>('Add another model');
    const retired = MODELS.models.find((model) => model.status === 'retired');
    expect([...select.options].map((one) => one.value)).not.toContain(retired?.id);
  });

  it('lets the user choose what an overload does', async () => {
    const { host } = await composed();
    await user.selectOptions(screen.getByLabelText('If a model stays overloaded:'), 'after:600');
    await waitFor(() => expect(host.sent('sheets.plan').at(-1)).toMatchObject({ fallback: 'after:600' }));
    expect(screen.getAllByText('use Flash after 10 min').length).toBeGreaterThan(0);
  });

  it('says practice instead of a price', async () => {
    await composed({ plan: { practice: true } });
    expect(screen.getByText('practice, no cost')).toBeInTheDocument();
  });

  it('takes what was dropped on the window as references, one after the other', async () => {
    const reference = (id: string) => ({ id, mime: 'image/png', width: 900, height: 600, bytes: 4_000 });
    const droppedReferences = [reference('one'), reference('two')];
    const { host, studio } = await composed({ droppedReferences });
    host.drop('over');
    host.drop('dropped');
    await waitFor(() => expect(studio.draft.references.map(({ id }) => id)).toEqual(['one', 'two']));
    expect(host.imported).toEqual([]);
    studio.draft.references = [];
  });

  it('takes pasted pictures as references', async () => {
    const { host, studio } = await composed();
    const file = new File(['abc'], 'a.png', { type: 'image/png' });
    const paste = new Event('paste', { cancelable: true });
    Object.assign(paste, { clipboardData: { files: [file] } });
    window.dispatchEvent(paste);
    await screen.findByText('1 of 14');
    await waitFor(() =>
      expect(host.sent('sheets.plan').at(-1)).toMatchObject({ references: ['ref-3'], aspect: null }),
    );
    await user.click(screen.getByRole('button', { name: 'Remove reference 1' }));
    expect(studio.draft.references).toHaveLength(0);
  });

  it('limits what a sheet may cost, and how often it sends again unasked', async () => {
    const { host, container, unmount } = await composed();
    expect(screen.queryByLabelText('At most, in dollars')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Limits of this sheet' }));
    const most = screen.getByLabelText('At most, in dollars');
    expect(most).toHaveFocus();
    await user.type(most, '2,50');
    await user.type(screen.getByLabelText('Unknown, sent again'), '3');
    expect(await axeViolations(container)).toEqual([]);
    await waitFor(() =>
      expect(host.sent('sheets.plan').at(-1)).toMatchObject({ max_usd: 2_500_000, resend_unknown: 3 }),
    );
    await user.click(generate());
    await waitFor(() =>
      expect(host.sent('sheets.create')[0]).toMatchObject({ max_usd: 2_500_000, resend_unknown: 3 }),
    );
    unmount();
    await inStudio(ComposeView);
    expect(screen.getByLabelText('At most, in dollars'), 'shown where it holds').toHaveValue('2,50');
  });

  it('sends nothing under a limit that cannot be read, and no limit where there is none', async () => {
    const { host } = await composed();
    await user.click(screen.getByRole('button', { name: 'Limits of this sheet' }));
    const most = screen.getByLabelText('At most, in dollars');
    await user.type(most, 'two');
    expect(most).toHaveAccessibleDescription('Write dollars as 2.50, or leave it empty.');
    await user.click(generate());
    expect(most).toHaveFocus();
    expect(host.sent('sheets.create')).toHaveLength(0);
    await user.clear(most);
    await user.click(generate());
    await waitFor(() => expect(host.sent('sheets.create')).toHaveLength(1));
    expect(host.sent('sheets.create')[0]).not.toHaveProperty('max_usd');
  });

  it('passes axe, empty and filled', async () => {
    const empty = await composed({}, '');
    expect(await axeViolations(empty.container)).toEqual([]);
    empty.studio.draft.text = 'Hills at ${time:dawn}';
    await screen.findByLabelText('time');
    expect(await axeViolations(empty.container)).toEqual([]);
  });
});
