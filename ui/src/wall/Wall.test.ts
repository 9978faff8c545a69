import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { handleKey } from '@/app/keys';
import * as data from '../../test/fake-data';
import type { Script } from '../../test/fake-host';
import { axeViolations, inStudio } from '../../test/render';
import Wall from './Wall.svelte';

const broken = new Set<string>();
vi.mock('./loader', () => {
  const load = (url: string) =>
    broken.has(url)
      ? Promise.reject(new Error('404'))
      : Promise.resolve({ width: 2048, height: 1143, close: () => undefined });
  return { loadBitmap: load, loadReadable: load };
});

// A simulated page paints nothing that could be read.
vi.mock('./pixels', async (real) => ({
  ...(await real<typeof import('./pixels')>()),
  pixelOf: () => [12, 34, 56],
}));

const jobs = [
  data.doneJob(0, 0, 'a'),
  data.doneJob(0, 1, 'b', { fallback: true, model_asked: data.PRO, attempts: 3, practice: true }),
  data.doneJob(1, 0, 'c'),
  data.job(1, 1, { state: 'sending', sent_ms: data.NOW - 11_000, attempts: 1, reason: null }),
];

async function show(over: Script = {}) {
  const rendered = await inStudio(Wall, { sheets: [data.sheet(jobs)], ...over });
  rendered.studio.nav.openWall({ sheet: 's-1' });
  await waitFor(() => expect(screen.queryAllByRole('article').length).toBeGreaterThan(0));
  return rendered;
}
const press = async (keys: string) => {
  window.addEventListener('keydown', handleKey);
  await userEvent.keyboard(keys);
  window.removeEventListener('keydown', handleKey);
};

beforeEach(() => broken.clear());

describe('the wall', () => {
  it('shows a row with what was delivered under each picture', async () => {
    await show();
    const [first, second] = screen.getAllByRole('article');
    expect(within(first as HTMLElement).getByText('$0.240')).toBeVisible();
    expect(within(first as HTMLElement).getByRole('img')).toHaveAccessibleName(
      /Nano Banana Pro, 5504 × 3072/,
    );
    for (const text of ['asked Pro', 'PRACTICE', '3 tries']) {
      expect(within(second as HTMLElement).getByText(text)).toBeInTheDocument();
    }
  });

  it('steps through the rows and shows what a job waits for', async () => {
    await show();
    await press(']');
    expect(screen.getByText('Row 2 of 2')).toBeVisible();
    expect(screen.getByText('Making the picture')).toBeVisible();
    expect(screen.getAllByRole('img')).toHaveLength(1);
  });

  it('keeps the keyboard with the pictures where a row has none in that pane, or none at all', async () => {
    const none = [data.job(2, 0, { reason: null }), data.job(2, 1, { reason: null })];
    await show({ sheets: [data.sheet([...jobs, ...none])] });
    await press('{Control>}{ArrowRight}{/Control}');
    const focused = () => document.activeElement?.getAttribute('data-pane') ?? null;
    expect(focused()).toBe('1');
    await press(']');
    await waitFor(() => expect(focused()).toBe('0'));
    await press(']');
    await waitFor(() => expect(screen.queryAllByRole('img')).toEqual([]));
    expect(document.body).not.toHaveFocus();
    await press('[[');
    await waitFor(() => expect(focused()).toBe('0'));
  });

  it('zooms with the keys and says so', async () => {
    await show();
    await press('1');
    expect(screen.getByRole('button', { name: '1 : 1' })).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getByText('100 %')).toBeVisible();
    await press('0');
    expect(screen.getByRole('button', { name: 'Fit' })).toHaveAttribute('aria-pressed', 'true');
  });

  it('asks which model makes one once more, and says before what it costs', async () => {
    const { host, studio } = await show();
    await press('j');
    expect(studio.nav.redo?.id).toBe('a');
    expect(host.sent('jobs.redo')).toEqual([]);
    studio.nav.redo = null;
    await press('hj');
    expect(studio.nav.redo).toBeNull();
  });

  it('leaves full screen before it leaves the wall, one at a time', async () => {
    const { studio } = await show();
    let full: Element | null = null;
    const change = (to: Element | null) => {
      full = to;
      document.dispatchEvent(new Event('fullscreenchange'));
      return Promise.resolve();
    };
    Object.defineProperty(document, 'fullscreenElement', { get: () => full, configurable: true });
    document.exitFullscreen = () => change(null);
    HTMLElement.prototype.requestFullscreen = function () {
      return change(this);
    };
    await press('f');
    await press('{Escape}');
    expect([full, studio.nav.view]).toEqual([null, 'wall']);
    // An engine that leaves by itself tells of the key as well.
    await press('{Escape}');
    expect(studio.nav.view).toBe('wall');
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000);
    await press('{Escape}');
    expect(studio.nav.view).toBe('compose');
    vi.restoreAllMocks();
  });

  it('goes back where it was opened from', async () => {
    const { studio } = await show();
    await press('{Escape}');
    expect(studio.nav.view).toBe('compose');
  });

  it('shows the recipe on demand', async () => {
    await show();
    await press('i');
    expect(screen.getAllByRole('group', { name: 'Details' })).toHaveLength(2);
  });

  it('says when a file is missing', async () => {
    broken.add('a.jpg');
    await show();
    expect(await screen.findByText(/missing or cannot be read/)).toBeVisible();
  });

  it('throws away and takes back in place', async () => {
    await show({ answers: { 'pictures.trash': () => data.picture({ id: 'a', trashed: true }) } });
    await userEvent.click(screen.getAllByRole('button', { name: 'Move to the trash' })[0] as HTMLElement);
    expect(await screen.findByText('in the trash')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Take back from the trash' })).toHaveFocus();
  });

  it('goes through columns as well, and keeps what one looked at', async () => {
    await show();
    await press('c');
    expect(screen.getByText('Column 1 of 2')).toBeVisible();
    expect(screen.getAllByRole('img').map((one) => one.getAttribute('aria-label'))).toEqual([
      expect.stringContaining('Nano Banana Pro'),
      expect.stringContaining('Nano Banana Pro'),
    ]);
    await userEvent.click(screen.getByRole('button', { name: /^Go through rows/ }));
    expect(screen.getByText('Row 1 of 2')).toBeVisible();
  });

  it('swaps panes, and pins one that stays through the rows', async () => {
    await show();
    const names = () => screen.getAllByRole('article').map((one) => one.getAttribute('aria-label'));
    await press('t');
    expect(names()[0]).toContain('Flash');
    await press('{Control>}{ArrowLeft}{/Control}p]');
    expect(names()).toHaveLength(3);
    expect(names()[0]).toContain('Flash');
    expect(screen.getAllByRole('button', { name: /^Pin as the reference/ })[0]).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });

  it('unlinks one pane, nudges it, and lines everything up again', async () => {
    await show();
    await press('1u2');
    const zooms = () =>
      screen.getAllByRole('img').map((one) => /at (\d+) %/.exec(one.getAttribute('aria-label') ?? '')?.[1]);
    expect(zooms()).toEqual(['200', '100']);
    await press('u');
    expect(zooms()).toEqual(['100', '100']);
    await press('{Alt>}{ArrowRight}{/Alt}');
    expect(screen.getByText('nudged')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Line up' }));
    expect(screen.queryByText('nudged')).toBeNull();
  });

  it('hides whatever gives a model away', async () => {
    await show();
    await press('ih');
    const all = screen.getByRole('group', { name: 'Pictures side by side' });
    for (const word of ['Nano', 'Pro', 'Flash', '$', 'asked']) expect(all).not.toHaveTextContent(word);
    const said = [...all.querySelectorAll('[aria-label], [title]')].flatMap((one) => [
      one.getAttribute('aria-label'),
      one.getAttribute('title'),
    ]);
    expect(said.join(' ')).not.toMatch(/Nano|Flash|5504/);
    await press('h');
    expect(within(all).getAllByText('Nano Banana Pro').length).toBeGreaterThan(0);
  });

  it('does again on the model that was asked for', async () => {
    const { host } = await show();
    await userEvent.click(screen.getByRole('button', { name: 'Redo with Pro' }));
    expect(host.sent('jobs.redo')).toEqual([{ id: 'j-0-1', model: data.PRO, size: null }]);
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(3));
  });

  it('picks and throws away what one sees, by key', async () => {
    const { host } = await show();
    await press('{Control>}{ArrowRight}{/Control}k');
    await waitFor(() => expect(host.sent('pictures.rate')).toEqual([{ id: 'b', rating: 5 }]));
    await press('b{x>}k');
    await waitFor(() => expect(host.sent('pictures.rate')).toHaveLength(2));
    expect(host.sent('pictures.rate')[1]).toEqual({ id: 'b', rating: 0 });
    await fireEvent.keyUp(window, { key: 'x' });
    await press('{Delete}');
    await waitFor(() => expect(host.sent('pictures.trash')).toEqual([{ id: 'a' }]));
    expect(await screen.findByText('in the trash')).toBeVisible();
    await press('{Delete}');
    await waitFor(() => expect(host.sent('pictures.restore')).toEqual([{ id: 'a' }]));
  });

  it('says so where the system does not let pictures be copied', async () => {
    const { studio } = await show();
    vi.spyOn(navigator.clipboard, 'write').mockRejectedValueOnce(new Error('not allowed'));
    await press('y');
    await waitFor(() => expect(studio.notices.list[0]?.text).toContain('did not let us copy'));
  });

  it('shows the file, and hands the picture to Compose as a reference', async () => {
    const { host, studio } = await show();
    await press('v');
    expect(host.sent('pictures.reveal')).toEqual([{ id: 'a' }]);
    await press('m');
    await waitFor(() => expect(studio.nav.view).toBe('compose'));
    expect(studio.draft.references.map(({ id }) => id)).toEqual(['ref-a']);
    expect(studio.notices.list[0]?.text).toContain('4096 × 2286');
    studio.draft.references = [];
  });

  it('saves copies of the picture, or of all that are shown', async () => {
    const { host } = await show();
    await press('e');
    await userEvent.click(screen.getByRole('radio', { name: 'All 2 shown' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save copies' }));
    await waitFor(() => expect(host.sent('pictures.save')).toHaveLength(1));
    expect(host.sent('pictures.save')[0]?.seqs).toHaveLength(2);
  });

  it('says so where others are still being saved, and does not ask how', async () => {
    const { studio } = await show({ answers: { 'pictures.save': () => new Promise(() => {}) } });
    await press('e');
    await userEvent.click(screen.getByRole('button', { name: 'Save copy' }));
    await press('e');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(studio.notices.list[0]?.text).toMatch(/the line at the bottom shows how far/);
  });

  it('has a menu with words and keys, gone through by arrows', async () => {
    const { host } = await show();
    const more = screen.getAllByRole('button', { name: 'More with this picture' })[1] as HTMLElement;
    await userEvent.click(more);
    const items = screen.getAllByRole('menuitem').map((item) => item.textContent?.trim());
    expect(items).toEqual([
      'Use as reference M',
      'Save copies… E',
      'Copy picture Y',
      'Show the file V',
      'Redo with Pro',
      'Redo on… J',
    ]);
    window.addEventListener('keydown', handleKey);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}');
    expect(host.sent('pictures.reveal')).toEqual([{ id: 'b' }]);
    expect(more).toHaveFocus();
    await userEvent.click(more);
    await userEvent.keyboard('{Escape}');
    window.removeEventListener('keydown', handleKey);
    expect(screen.queryByRole('menu')).toBeNull();
    expect(screen.getAllByRole('article')).toHaveLength(2);
  });

  it('numbers chosen pictures of one model, so that their names can be told apart', async () => {
    const { studio } = await show({
      answers: { 'pictures.get': ({ id }) => data.picture({ id: id ?? '' }) },
    });
    studio.nav.openWall({ pictures: ['x', 'y'] });
    await waitFor(() =>
      expect(screen.getAllByRole('article').map((one) => one.getAttribute('aria-label'))).toEqual([
        'Picture 1: Nano Banana Pro · 1',
        'Picture 2: Nano Banana Pro · 2',
      ]),
    );
  });

  const called = () => screen.getAllByRole('article').map((one) => one.getAttribute('aria-label'));

  it('tells one model on two accounts apart, also where nothing has been sent yet', async () => {
    const two = [
      data.doneJob(0, 0, 'a', { account: 'studio' }),
      data.job(0, 1, { model_asked: data.PRO, reason: null }),
    ];
    const compared = data.sheet(two, { models: [data.PRO], accounts: ['studio', 'relay'] });
    await show({ sheets: [compared] });
    expect(called()).toEqual(['Picture 1: Nano Banana Pro · studio', 'Picture 2: Nano Banana Pro · relay']);
  });

  it('tells a redo from what it repeats: by its account, else by its place', async () => {
    const redo = { ...data.doneJob(0, 0, 'again', { account: 'studio' }), id: 'j-redo' };
    const first = data.doneJob(0, 0, 'a', { account: 'studio' });
    const { host } = await show({ sheets: [data.sheet([first, redo])] });
    expect(called()).toEqual(['Picture 1: Nano Banana Pro · 1', 'Picture 2: Nano Banana Pro · 2']);
    const picture = redo.picture && { ...redo.picture, account: 'relay' };
    host.emit({ type: 'job', job: { ...redo, picture } });
    await waitFor(() =>
      expect(called()).toEqual(['Picture 1: Nano Banana Pro · studio', 'Picture 2: Nano Banana Pro · relay']),
    );
  });

  it('says which account made it, where there are several', async () => {
    const accounts = [data.account(), data.PRACTICE];
    await show({ accounts, sheets: [data.sheet([data.doneJob(0, 0, 'a', { account: 'studio' })])] });
    expect(screen.getByText('studio')).toBeVisible();
  });

  it('is reviewed one by one, and the review comes back to it', async () => {
    const origin = { file: 'in.png', at_ms: data.NOW, tool: null, negative: null, seed: null, size: null };
    const imported = data.picture({ id: 'in', job: null, sheet: null, imported: origin });
    const { studio } = await show({ answers: { 'pictures.get': () => imported } });
    studio.nav.openWall({ pictures: ['in'] });
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1));
    await press('r');
    expect(studio.nav.review).toEqual({ sheet: null, pictures: ['in'], focus: 'in' });
    studio.nav.leaveReview();
    expect(studio.nav.view).toBe('wall');
  });

  it('lays the two over each other, and shows the other one while the key is held', async () => {
    await show();
    await press('w');
    expect(screen.getByRole('img')).toHaveAccessibleName(/^Swipe: Nano Banana Pro and Nano Banana 2.1 Flash/);
    const line = screen.getByRole('slider', { name: 'Line between the pictures' });
    expect(line).toHaveAttribute('aria-valuenow', '50');
    await press('.');
    expect(line).toHaveAttribute('aria-valuenow', '55');
    line.focus();
    await userEvent.keyboard('{ArrowLeft}{Shift>}{ArrowLeft}{/Shift}');
    expect(line).toHaveAttribute('aria-valuenow', '44');
    await press('{x>}');
    expect(screen.queryByRole('slider', { name: 'Line between the pictures' })).toBeNull();
    await fireEvent.keyUp(window, { key: 'x' });
    expect(screen.getByRole('slider', { name: 'Line between the pictures' })).toBeVisible();
    await press('s');
    expect(screen.getAllByRole('img')).toHaveLength(2);
  });

  it('says what a key did, for those who do not see it', async () => {
    await show();
    const says = (text: string) =>
      waitFor(() => expect(screen.getAllByRole('status').map((one) => one.textContent)).toContain(text));
    await press('{Control>}{ArrowRight}{/Control}');
    await press('k');
    await says('Nano Banana 2.1 Flash: 5 of 5');
    await press('u');
    await says('Nano Banana 2.1 Flash: unlinked');
    await press('t');
    await says('Nano Banana 2.1 Flash: now picture 1');
    await press('h');
    await says('Names are hidden');
    await press('{Delete}');
    await says('Picture A: in the trash');
    await press('{Delete}');
    await says('Picture A: taken back from the trash');
    await press('p');
    await says('Picture A: pinned');
    await press('z');
    await says('The loupe is on');
  });

  it('takes the loupe by key', async () => {
    await show();
    await press('z');
    expect(screen.getByRole('button', { name: /^Loupe/ })).toHaveAttribute('aria-pressed', 'true');
    await press('z');
    expect(screen.getByRole('button', { name: /^Loupe/ })).toHaveAttribute('aria-pressed', 'false');
  });

  it('says why pictures of different sizes have no difference', async () => {
    const small = data.doneJob(0, 1, 'b', { width: 1376, height: 768 });
    const { studio } = await show({ sheets: [data.sheet([data.doneJob(0, 0, 'a'), small])] });
    const button = screen.getByRole('button', { name: 'Difference' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAttribute('title', expect.stringContaining('different sizes'));
    await press('d');
    expect(studio.notices.list[0]?.text).toContain('pixel by pixel');
    expect(screen.getAllByRole('img')).toHaveLength(2);
    await press('o');
    expect(screen.getByRole('slider', { name: 'Second picture' })).toBeVisible();
  });

  it('compares the first of many with one after the other', async () => {
    const four = ['a', 'b', 'c', 'd'].map((name, row) => data.doneJob(row, 0, name));
    await show({ sheets: [data.sheet(four)] });
    await press('b');
    await userEvent.click(screen.getByRole('button', { name: 'Compare with the next' }));
    await press('h');
    expect(screen.getByRole('img')).toHaveAccessibleName(/^Blink: Picture A and Picture C/);
    await press('t');
    expect(screen.getByRole('img')).toHaveAccessibleName(/^Blink: Picture A and Picture C/);
    await press('nn');
    expect(screen.getByRole('img')).toHaveAccessibleName(/and Picture B/);
  });

  it('blinks by itself only when asked to', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await show();
    await press('b');
    const turn = () => document.querySelectorAll('.half.on');
    const first = turn()[0];
    vi.advanceTimersByTime(5_000);
    await tick();
    expect(turn()[0]).toBe(first);
    await press('a');
    vi.advanceTimersByTime(700);
    await tick();
    expect(turn()).toHaveLength(1);
    expect(turn()[0]).not.toBe(first);
    vi.useRealTimers();
  });

  it('leaves the arrows to the slider that has the focus', async () => {
    await show();
    await press('1o');
    const slider = screen.getByRole('slider', { name: 'Second picture' });
    window.addEventListener('keydown', handleKey);
    for (const key of ['ArrowRight', 'Home']) expect(await fireEvent.keyDown(slider, { key })).toBe(true);
    expect(await fireEvent.keyDown(screen.getByRole('img'), { key: 'ArrowRight' })).toBe(false);
    window.removeEventListener('keydown', handleKey);
  });

  it.each(['w', 'o', 'b', 'd'])('passes axe in mode %s', async (key) => {
    const { container } = await show();
    await press(key);
    expect(await axeViolations(container)).toEqual([]);
  });

  it('passes axe', async () => {
    const { container } = await show();
    expect(await axeViolations(container)).toEqual([]);
  });
});
