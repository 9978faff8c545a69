import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { SavedPictures } from '@/bindings/api';
import { galleryOf, ORIGINALS } from '@/gallery/state.svelte';
import { Studio } from '@/state/studio.svelte';
import { doneJob, FLASH, job, NOW, PRACTICE, route, sheet, STATUS } from '../../test/fake-data';
import { FakeHost, type Script } from '../../test/fake-host';
import { axeViolations } from '../../test/render';
import App from './App.svelte';

const user = userEvent.setup();

async function opened(script: Script = {}) {
  const host = new FakeHost(script);
  const studio = new Studio(host);
  await studio.start();
  const view = render(App, { props: { studio } });
  return { host, studio, ...view };
}

describe('first start', () => {
  const first: Script = { hello: { welcome: true }, settings: { welcomed: false }, accounts: [PRACTICE] };

  it('needs no key: practice is one press away', async () => {
    const { host, container } = await opened(first);
    expect(await axeViolations(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Start with practice' }));
    await waitFor(() => expect(host.sent('settings.set')).toEqual([{ welcomed: true }]));
    const prompt = await screen.findByLabelText<HTMLTextAreaElement>('Prompt');
    expect(prompt.value).toContain('${time:dawn}');
  });

  it('takes a key, checks it, and says where it lies', async () => {
    const { host } = await opened(first);
    await user.click(screen.getByRole('button', { name: 'Add a key…' }));
    await user.type(screen.getByLabelText('Name'), 'studio');
    await user.type(screen.getByLabelText('Key'), 'AIza-secret');
    await user.click(screen.getByRole('button', { name: 'Check and save' }));
    expect(
      await screen.findByText(/Works: the key was taken, 41 models listed, 2 of them/),
    ).toBeInTheDocument();
    expect(screen.getByText('The key ending …7Qxa is in the keychain.')).toBeInTheDocument();
    expect(host.sent('accounts.add')[0]).toMatchObject({
      name: 'studio',
      kind: 'gemini',
      key: 'AIza-secret',
    });
    expect(screen.getByLabelText('Key')).toHaveValue('');
    await user.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(host.sent('settings.set')).toEqual([{ welcomed: true }]));
  });
});

describe('the frame', () => {
  it('says in every view how far copies are, and stops them', async () => {
    let end = (_: SavedPictures) => {};
    const done = new Promise<SavedPictures>((resolve) => (end = resolve));
    const { host, studio, container } = await opened({ answers: { 'pictures.save': () => done } });
    studio.nav.go('gallery');
    const gallery = galleryOf(studio);
    gallery.details = false;
    void gallery.save(ORIGINALS, [3, 2, 1]);
    host.emit({ type: 'saving', done: 2, total: 3 });
    const line = within(screen.getByRole('contentinfo'));
    expect(await line.findByText('Saving: 2 of 3…')).toBeVisible();
    expect(await axeViolations(container)).toEqual([]);
    studio.nav.go('queue');
    await user.click(line.getByRole('button', { name: 'Stop' }));
    expect(host.sent('pictures.stop-saving')).toHaveLength(1);
    end({ pictures: 2, failed: 0, reason: null, folder: '~/exports', stopped: true });
    await waitFor(() => expect(line.queryByText('Saving: 2 of 3…')).toBeNull());
  });

  it('says which address to open when there is no session', async () => {
    await opened({ unauthorised: true });
    expect(screen.getByText(/Open the address that “diptych serve” printed/)).toBeInTheDocument();
  });

  it('has only views that exist, and the wall once there is a picture', async () => {
    const { studio } = await opened();
    const names = screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'));
    expect(names.slice(0, 6)).toEqual(['Compose', 'Wall', 'Gallery', 'Queue', 'Weather', 'Settings']);
    const wall = screen.getByRole('button', { name: 'Wall' });
    expect(wall).toHaveAttribute('aria-disabled', 'true');
    await user.click(wall);
    expect(studio.nav.view).toBe('compose');
    studio.sheets.show(sheet([doneJob(0, 0, 'a')]));
    await waitFor(() => expect(wall).toHaveAttribute('aria-disabled', 'false'));
  });

  it('goes to views by keys and lists them in the help', async () => {
    const { studio } = await opened();
    await user.keyboard('gs');
    expect(studio.nav.view).toBe('settings');
    await user.keyboard('{Control>}1{/Control}');
    expect(studio.nav.view).toBe('compose');
    await user.keyboard('?');
    expect(await screen.findByRole('heading', { name: 'Keys' })).toBeInTheDocument();
    expect(screen.getByText('Ctrl+Enter')).toBeInTheDocument();
  });

  it('types into the prompt what would be keys elsewhere', async () => {
    const { studio } = await opened();
    await user.type(screen.getByLabelText('Prompt'), 'gs?w');
    expect(studio.nav.view).toBe('compose');
    expect(studio.draft.text).toBe('gs?w');
  });

  it('keeps real, practice and uncertain money apart', async () => {
    await opened({
      status: {
        ...STATUS,
        usd_today: 3_900_000,
        practice_usd_today: 710_000,
        unknown_usd_today: 240_000,
        day_limit: 10_000_000,
      },
    });
    const line = screen.getByRole('contentinfo');
    expect(line).toHaveTextContent('Today $3.90 of $10.00');
    expect(line).toHaveTextContent('Practice $0.71');
    expect(line).toHaveTextContent('$0.24 may have been charged');
  });

  it('tells the weather of routes in use, trouble first', async () => {
    await opened({
      status: {
        routes: [
          route({ model: FLASH }),
          route({
            state: 'quota',
            opens_ms: NOW + 6_000,
            sentence: { code: 'S-quota', params: { of: 'ipm', wait: 60_000 } },
          }),
        ],
      },
    });
    const words = screen.getByRole('contentinfo').textContent.replaceAll('\u00a0', ' ');
    expect(words.indexOf('Pro')).toBeLessThan(words.indexOf('Flash'));
    expect(words).toMatch(/Opens in [56] s/);
  });

  it('resumes a paused queue', async () => {
    const { host } = await opened({ status: { queue: { ...STATUS.queue, paused: true } } });
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    expect(host.sent('queue.resume')).toHaveLength(1);
  });

  it('says that the connection is lost, and reads everything again afterwards', async () => {
    const { host } = await opened();
    host.connection(false);
    expect(await screen.findByText('Connection lost, trying again')).toBeInTheDocument();
    const before = host.sent('sheets.list').length;
    host.connection(true);
    host.emit({ type: 'resync' });
    await waitFor(() => expect(host.sent('sheets.list').length).toBeGreaterThan(before));
  });

  it('shows a failure with what to do until it is dismissed', async () => {
    const { studio } = await opened();
    studio.notices.failure({
      sentence: { code: 'E-NO-ROOM', params: { needs: 9e7, free: 1e6, path: '/' } },
      billed: 'no',
    });
    expect(await screen.findByText('No room on the disk')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('No room on the disk')).toBeNull();
  });

  it('opens the sheet that is still under way', async () => {
    const { studio } = await opened({ sheets: [sheet([job(0, 0)])] });
    expect(studio.sheets.current?.id).toBe('s-1');
  });

  it('follows theme and language of the settings', async () => {
    const { studio } = await opened({ settings: { theme: 'light' } });
    expect(document.documentElement.dataset['theme']).toBe('light');
    await studio.session.set({ language: 'zh-CN' });
    expect(await screen.findByLabelText('提示词')).toBeInTheDocument();
    expect(document.documentElement.lang).toBe('zh-CN');
  });
});

describe('closing', () => {
  it.each([
    ['Keep running until they land', 'wait'],
    ['Leave, outcome unknown', 'leave'],
    ['Stay', 'stay'],
  ])('%s answers %s', async (name, answer) => {
    const { host } = await opened();
    host.askToClose(2);
    expect(await screen.findByRole('heading', { name: '2 calls are on the wire' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name }));
    expect(host.closed).toEqual([answer]);
  });

  it('keeps running by default', async () => {
    const { host } = await opened();
    host.askToClose(1);
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Keep running until it lands' })).toHaveFocus(),
    );
    await user.keyboard('{Enter}');
    expect(host.closed).toEqual(['wait']);
    expect(await screen.findByText(/closes by itself/)).toBeInTheDocument();
  });
});

describe('the palette', () => {
  it('finds a command by a word and does it', async () => {
    const { studio, baseElement } = await opened({ sheets: [sheet([doneJob(0, 0, 'a')])] });
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('combobox', { name: 'Commands' });
    expect(screen.getByRole('option', { name: /^Sheet: Layered hills/ })).toBeInTheDocument();
    expect(await axeViolations(baseElement)).toEqual([]);
    await user.type(field, 'gall');
    const list = within(screen.getByRole('listbox', { name: 'Commands' }));
    expect(list.getByRole('option', { selected: true })).toHaveTextContent('Gallery');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(studio.nav.view).toBe('gallery'));
    expect(screen.queryByRole('combobox', { name: 'Commands' })).toBeNull();
  });

  it('opens while one types, and says so where nothing is found', async () => {
    const { studio } = await opened();
    await user.type(screen.getByLabelText('Prompt'), 'A harbour{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: 'Commands' }), 'zzz{Enter}');
    expect(screen.getByText('Nothing is called that here.')).toBeInTheDocument();
    await user.keyboard('{Control>}k{/Control}');
    await waitFor(() => expect(studio.nav.palette).toBe(false));
    expect(screen.getByLabelText('Prompt')).toHaveFocus();
  });
});
