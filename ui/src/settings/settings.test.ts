import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { account, FLASH, NOW, PRACTICE, PRO, SETTINGS } from '../../test/fake-data';
import type { Script } from '../../test/fake-host';
import { LEARNED } from '../../test/fake-weather';
import { decimal, micros, whole } from '@/shared/amounts';
import { axeViolations, inStudio } from '../../test/render';
import { fieldsOf, specOf } from './account';
import { spans } from './hours';
import { clockOf } from './saving';
import SettingsView from './SettingsView.svelte';

const user = userEvent.setup();
const relay = account({
  id: 'a-2',
  name: 'relay',
  kind: 'relay-gemini',
  base_url: 'http://127.0.0.1:8080/x',
  insecure: true,
  key: { present: true, last4: 'k3y0', store: 'session' },
  limits: { ...account().limits, ipm: 10, usd_10min: 5_000_000 },
});
const opened = (script: Script = {}) =>
  inStudio(SettingsView, { accounts: [account(), relay, PRACTICE], ...script });

describe('accounts', () => {
  it('shows host, lock, and where the key lies', async () => {
    const { container } = await opened();
    expect(screen.getByText('Key …7Qxa in the keychain')).toBeInTheDocument();
    expect(screen.getByText('Key …k3y0 for this session only')).toBeInTheDocument();
    expect(screen.getByText('The connection is not encrypted')).toBeInTheDocument();
    expect(container).toHaveTextContent('127.0.0.1:8080');
    expect(screen.getByText('10 pictures/min · $5.00 in 10 min')).toBeInTheDocument();
  });

  it('leaves the built-in one alone', async () => {
    await opened({ accounts: [PRACTICE] });
    expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Test' })).toBeInTheDocument();
  });

  it('changes the order', async () => {
    const { host } = await opened();
    await user.click(screen.getByRole('button', { name: 'Ask relay earlier' }));
    expect(host.sent('accounts.order')).toEqual([{ names: ['relay', 'studio', 'practice'] }]);
  });

  it('removes only after a second word', async () => {
    const { host } = await opened();
    const [first] = screen.getAllByRole('button', { name: 'Remove' });
    if (first) await user.click(first);
    expect(host.sent('accounts.remove')).toEqual([]);
    const dialog = screen.getByRole('dialog');
    const confirm = [...dialog.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Remove');
    if (confirm) await user.click(confirm);
    expect(host.sent('accounts.remove')).toEqual([{ id: 'a-1' }]);
  });

  it('says what a test found', async () => {
    await opened({
      answers: {
        'accounts.test': () => ({
          ok: false,
          models: 0,
          known: [],
          elapsed_ms: 80,
          trouble: { code: 'E-KEY-REJECTED', params: { provider: 'Google', last4: '7Qxa' } },
        }),
      },
    });
    const [first] = screen.getAllByRole('button', { name: 'Test' });
    if (first) await user.click(first);
    expect(await screen.findByText(/refused the key ending …7Qxa. Not charged/)).toBeInTheDocument();
  });

  it('adds a relay, and says when the key is for this session only', async () => {
    const { host, container } = await opened({
      answers: {
        'accounts.add': () => ({ account: relay, warning: { code: 'E-KEYCHAIN-NONE', params: {} } }),
      },
    });
    await user.click(screen.getByRole('button', { name: 'Add an account' }));
    await user.click(screen.getByRole('radio', { name: 'Relay' }));
    await user.type(screen.getByLabelText('Name'), 'relay');
    const save = screen.getByRole('button', { name: 'Check and save' });
    expect(save).toBeDisabled();
    await user.type(screen.getByLabelText('Address'), 'https://relay.example/v');
    await user.selectOptions(screen.getByLabelText('How the key is sent'), 'bearer');
    await user.type(screen.getByLabelText('Key'), 'sk-1');
    expect(await axeViolations(container)).toEqual([]);
    await user.click(save);
    expect(await screen.findByText(/There is no keychain here/)).toBeInTheDocument();
    expect(host.sent('accounts.add')[0]).toMatchObject({
      kind: 'relay-gemini',
      base_url: 'https://relay.example/v',
      auth: 'bearer',
      allow_http: false,
      key: 'sk-1',
    });
    expect(host.sent('accounts.test')).toEqual([{ id: 'a-2' }]);
  });

  it('asks before a key goes over a line that is not encrypted', async () => {
    await opened();
    await user.click(screen.getByRole('button', { name: 'Add an account' }));
    await user.click(screen.getByRole('radio', { name: 'Relay' }));
    await user.type(screen.getByLabelText('Address'), 'http://127.0.0.1:9');
    expect(screen.getByRole('checkbox', { name: /Not encrypted/ })).not.toBeChecked();
  });

  it('changes the account that a failed check left behind', async () => {
    let tries = 0;
    const { host } = await opened({
      answers: {
        'accounts.test': () => ({ ok: ++tries > 1, models: 1, known: [], elapsed_ms: 1, trouble: null }),
      },
    });
    await user.click(screen.getByRole('button', { name: 'Add an account' }));
    await user.type(screen.getByLabelText('Name'), 'new');
    await user.click(screen.getByRole('button', { name: 'Check and save' }));
    await waitFor(() => expect(tries).toBe(1));
    await user.click(await screen.findByRole('button', { name: 'Check and save' }));
    await waitFor(() => expect(tries).toBe(2));
    expect(host.sent('accounts.add')).toHaveLength(1);
    expect(host.sent('accounts.set')).toHaveLength(1);
  });

  it('takes a limit away that was emptied, and leaves what never was', () => {
    const known = account({
      limits: { ...account().limits, ipm: 10, usd_10min: 5_000_000 },
      budgets: { ...account().budgets, month_limit: 60_000_000 },
    });
    const fields = fieldsOf(known);
    expect(fields.budgets.month_limit).toBe('60');
    fields.limits.ipm = '';
    fields.limits.usd_10min = ' ';
    fields.budgets.month_limit = '';
    fields.budgets.billing_day_limit = '7,5';
    expect(specOf(fields, known)).toMatchObject({
      limits: { ipm: 0, usd_10min: 0, rpm: null, concurrency: null },
      budgets: { day_limit: null, month_limit: 0, billing_day_limit: 7_500_000, billing_month_limit: null },
    });
  });

  it('sets a price of a relay, and takes one back', async () => {
    const priced = account({
      ...relay,
      prices: [{ model: FLASH, size: '1K', usd: 20_000, dated_ms: NOW }],
    });
    const { host } = await inStudio(SettingsView, { accounts: [priced] });
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    await user.clear(screen.getByLabelText(/Price of Nano Banana 2.1 Flash at 1K/));
    const pro = screen.getByLabelText('Price of Nano Banana Pro at 4K, in dollars');
    expect(pro).toHaveAttribute('placeholder', 'unknown');
    await user.type(pro, '0.05');
    await user.type(screen.getByLabelText('Account, a month'), '60');
    await user.click(screen.getByRole('button', { name: 'Check and save' }));
    await waitFor(() =>
      expect(host.sent('accounts.set')[0]).toMatchObject({
        prices: [
          { model: FLASH, size: '1K', usd: null },
          { model: PRO, size: '4K', usd: 50_000 },
        ],
        budgets: { month_limit: 60_000_000, day_limit: null },
      }),
    );
  });

  it('saves no limit and no price that cannot be read, and shows which', async () => {
    const known = account({
      limits: { ...account().limits, rpd: 250 },
      budgets: { ...account().budgets, month_limit: 60_000_000 },
      prices: [{ model: FLASH, size: '1K', usd: 20_000, dated_ms: NOW }],
    });
    const { host } = await inStudio(SettingsView, { accounts: [known] });
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    const wrong = async (field: HTMLElement, text: string) => {
      await user.clear(field);
      await user.type(field, text);
      await user.click(screen.getByRole('button', { name: 'Check and save' }));
      expect(field).toHaveFocus();
      expect(field).toHaveAccessibleDescription(/^Write (dollars|a number) as .*, or leave it empty\.$/);
      expect(host.sent('accounts.set')).toEqual([]);
    };
    const month = screen.getByLabelText('Account, a month');
    await wrong(month, 'sixty');
    await user.clear(month);
    await user.type(month, '70');
    const price = screen.getByLabelText(/Price of Nano Banana 2.1 Flash at 1K/);
    await wrong(price, '$');
    await user.clear(price);
    await user.type(price, '0.03');
    const requests = screen.getByLabelText('Requests a day');
    await wrong(requests, 'many');
    await user.clear(requests);
    await user.click(screen.getByRole('button', { name: 'Check and save' }));
    await waitFor(() =>
      expect(host.sent('accounts.set')[0]).toMatchObject({
        limits: { rpd: 0 },
        budgets: { month_limit: 70_000_000 },
        prices: [{ model: FLASH, size: '1K', usd: 30_000 }],
      }),
    );
  });

  it('can say again that the tier is not known', () => {
    const known = account({ tier: '2' });
    expect(specOf({ ...fieldsOf(known), tier: '' }, known).tier).toBe('');
  });

  it('does not send what was left empty', () => {
    expect(specOf({ ...fieldsOf(account()), name: 'other' }, account())).toMatchObject({
      name: 'studio',
      rename: 'other',
      key: null,
      kind: null,
    });
  });
});

describe('settings', () => {
  it('saves as they are changed', async () => {
    const { host } = await opened();
    await user.click(screen.getByRole('radio', { name: 'Light' }));
    await user.type(screen.getByLabelText('Most dollars a day'), '12.5{Tab}');
    await user.selectOptions(screen.getByLabelText('Size'), '2K');
    await waitFor(() =>
      expect(host.sent('settings.set')).toEqual([
        { theme: 'light' },
        { day_limit: 12_500_000 },
        { default_size: '2K' },
      ]),
    );
  });

  it('takes a limit away where its field was emptied, and only there', async () => {
    const { host } = await opened({ settings: { day_limit: 20_000_000 } });
    const field = screen.getByLabelText('Most dollars a day');
    await user.clear(field);
    await user.type(field, 'fifty{Tab}');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      '“fifty” is no amount, so this stays as it was. Write dollars as 2.50.',
    );
    expect(field).toHaveValue('20');
    expect(host.sent('settings.set')).toEqual([]);
    await user.clear(field);
    await user.tab();
    await waitFor(() => expect(host.sent('settings.set')).toEqual([{ day_limit: 0 }]));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('has each of them once', async () => {
    await opened();
    const names = screen.getAllByRole('checkbox').map((box) => box.closest('label')?.textContent ?? '');
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(screen.getAllByLabelText(/^Redo on the asked model/)).toHaveLength(1);
  });

  it('keeps a call at 600 seconds or more', async () => {
    const { host } = await opened();
    const field = screen.getByLabelText('Longest call, in seconds');
    await user.clear(field);
    await user.type(field, '30{Tab}');
    await waitFor(() => expect(host.sent('settings.set')).toEqual([{ call_timeout_s: 600 }]));
  });

  it('says where things lie and what the keychain says', async () => {
    const { container } = await opened({
      hello: { keychain: { ready: false, trouble: { code: 'E-KEYCHAIN-LOCKED', params: {} } } },
    });
    expect(screen.getByText('/home/ada/.local/share/diptych')).toBeInTheDocument();
    expect(screen.getByText(/The keychain is locked/)).toBeInTheDocument();
    expect(await axeViolations(container)).toEqual([]);
  });
});

describe('the bounds of alerts', () => {
  it('are saved as a whole, in the units people read', async () => {
    const { host } = await opened();
    const rate = screen.getByLabelText('Overloaded calls, in %');
    await user.clear(rate);
    await user.type(rate, '3,5{Tab}');
    await waitFor(() => expect(rate).toHaveValue('3.5'));
    await user.type(screen.getByLabelText('Slower than, in seconds'), '3.5{Tab}');
    const sent = host.sent('settings.set') as Record<string, unknown>[];
    expect(sent[0]).toMatchObject({ alerts: { overload_rate: 0.035, min_calls: 20 } });
    expect(sent[1]).toMatchObject({ alerts: { overload_rate: 0.035, latency_fixed_ms: 3_500 } });
  });

  it('go back where what was written is no number', async () => {
    const { host } = await opened();
    const share = screen.getByLabelText('Budget used, in %');
    const before = (share as HTMLInputElement).value;
    await user.clear(share);
    await user.type(share, 'most{Tab}');
    await waitFor(() => expect(share).toHaveValue(before));
    expect(share).toHaveAccessibleDescription(/“most” is no number/);
    expect(host.sent('settings.set')).toEqual([]);
  });
});

it('reads hours as people write them', () => {
  expect(['9', '9:05', '09.30', '0930', '24:00'].map(clockOf)).toEqual([
    '09:00',
    '09:05',
    '09:30',
    '09:30',
    '24:00',
  ]);
  expect(['', '25', '24:01', '9:60', 'x'].map(clockOf)).toEqual([null, null, null, null, null]);
  expect(decimal('3,5 %')).toBe(3.5);
});

it('reads numbers as people write them', () => {
  expect(micros('0,24')).toBe(240_000);
  expect(micros('$2')).toBe(2_000_000);
  expect(['x', '$', '-1', ' '].map(micros)).toEqual([null, null, null, null]);
  expect(whole(' 12 ')).toBe(12);
  expect(whole('-1')).toBeNull();
});

describe('off-peak hours', () => {
  it('are saved as a whole', async () => {
    const { host } = await opened();
    const from = screen.getByLabelText('Avoid from, range 1');
    await user.clear(from);
    await user.type(from, '8.30{Tab}');
    await screen.findByRole('button', { name: 'Remove the hours from 08:30 to 12:00' });
    await user.click(screen.getByRole('button', { name: 'Remove the hours from 14:00 to 18:00' }));
    await waitFor(() => expect(screen.queryByLabelText('Avoid from, range 2')).toBeNull());
    await user.click(screen.getByRole('radio', { name: 'Learned' }));
    await screen.findByText(/Until enough is known/);
    const sent = host.sent('settings.set') as Record<string, unknown>[];
    expect(sent[0]).toEqual({
      off_peak: {
        mode: 'hours',
        zone: null,
        avoid: [
          ['08:30', '12:00'],
          ['14:00', '18:00'],
        ],
      },
    });
    expect(sent[1]).toMatchObject({ off_peak: { avoid: [['08:30', '12:00']] } });
    expect(sent[2]).toMatchObject({ off_peak: { mode: 'learned', avoid: [['08:30', '12:00']] } });
  });

  it('take no hour that is none', async () => {
    const { host } = await opened();
    const from = screen.getByLabelText('Avoid from, range 1');
    await user.clear(from);
    await user.type(from, 'noon{Tab}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Write hours as 09:00.');
    expect(from).toHaveValue('09:00');
    expect(host.sent('settings.set')).toEqual([]);
  });
});

describe('copies of new pictures', () => {
  it('are made once a folder is set, and its refusal puts the field back', async () => {
    const refuse = () =>
      Promise.reject({ sentence: { code: 'E-AUTO-SAVE', params: { path: 'x' } }, billed: null });
    const { host } = await opened({ answers: { 'settings.set': refuse } });
    const folder = screen.getByRole('textbox', { name: 'Folder' });
    expect(screen.queryByLabelText('File names')).toBeNull();
    await user.type(folder, 'x{Tab}');
    expect(host.sent('settings.set')).toEqual([{ auto_save_folder: 'x' }]);
    await waitFor(() => expect(folder).toHaveValue(''));
  });

  it('are named and filled as one likes', async () => {
    const { host } = await opened({ settings: { auto_save_folder: '/new' } });
    await user.type(screen.getByLabelText('File names'), '{{prompt}{Tab}');
    await user.click(screen.getByLabelText('Practice pictures, too'));
    expect(host.sent('settings.set')).toEqual([{ auto_save_name: '{prompt}' }, { auto_save_practice: true }]);
  });
});

describe('storage', () => {
  it('says what takes how much, and frees the previews', async () => {
    const { host, studio } = await opened();
    expect(await screen.findByText(/9.4 GB in 824 files/)).toBeInTheDocument();
    expect(screen.getByText('12 pictures in the trash, 131 MB')).toBeInTheDocument();
    expect(screen.queryByText('Put aside by repairs')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Empty the previews' }));
    expect(host.sent('storage.empty-cache')).toHaveLength(1);
    expect(studio.notices.list[0]).toMatchObject({ text: expect.stringMatching(/^512\sMB freed/) as string });
  });

  it('deletes for good only after a second word', async () => {
    const { host } = await opened();
    await user.click(await screen.findByRole('button', { name: 'Delete what is in the trash…' }));
    expect(screen.getByText(/They cannot be brought back/)).toBeInTheDocument();
    expect(host.sent('storage.delete-trash')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Delete 12 pictures' }));
    expect(host.sent('storage.delete-trash')).toHaveLength(1);
  });
});

describe('what stands in for a model', () => {
  it('is the catalogue’s choice until the user has an order', async () => {
    const { host } = await opened();
    const section = screen.getByRole('region', { name: 'When a model is not to be had' });
    expect(section).toHaveTextContent('By default, as the catalogue says: Flash for Pro');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Add a model' }), FLASH);
    expect(host.sent('settings.set')).toEqual([{ fallback_models: [FLASH] }]);
    expect(host.sent('models.list').length, 'who stands in for whom is read again').toBeGreaterThan(1);
  });

  it('keeps the user’s order, the smallest size, and what a minute is worth', async () => {
    const { host } = await opened({ settings: { fallback_models: [FLASH, PRO] } });
    await user.click(screen.getByRole('button', { name: 'Ask Nano Banana Pro earlier' }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Smallest size it may make' }), '2K');
    const minute = screen.getByRole('textbox', { name: 'A minute of waiting, in dollars' });
    await user.clear(minute);
    await user.type(minute, '0.1{Enter}');
    await user.tab();
    await user.click(screen.getByRole('button', { name: /^Remove Nano Banana Pro/ }));
    expect(host.sent('settings.set')).toEqual([
      { fallback_models: [PRO, FLASH] },
      { fallback_size: '2K' },
      { minute_usd: 100_000 },
      { fallback_models: [FLASH] },
    ]);
  });
});

describe('the hours that were learned', () => {
  it('are said with the calls they are known from', async () => {
    const few = { model: PRO, practice: true, calls: 7, hours: [] };
    const settings = { off_peak: { ...SETTINGS.off_peak, mode: 'learned' as const } };
    await opened({ learned: [...LEARNED, few], settings });
    const goes = await screen.findAllByText(/goes out 20:00–09:00 · learned from 1,240 calls/);
    expect(goes).toHaveLength(1);
    expect(screen.getByText(/^14:00: 57\s% overloaded, 80 calls$/)).toBeInTheDocument();
    expect(screen.getByText(/7 of 20 calls seen: until then the hours below hold/)).toBeInTheDocument();
  });

  it('go over midnight as one span', () => {
    const day = (chosen: number[]) =>
      Array.from({ length: 24 }, (_, hour) => ({ hour, chosen: chosen.includes(hour) }));
    expect(spans(day([22, 23, 0, 1, 12]))).toEqual(['12:00–13:00', '22:00–02:00']);
    expect(spans(day([]))).toEqual([]);
  });
});

describe('folders in the window', () => {
  it('asks the desktop for the folder of new pictures', async () => {
    const { host } = await opened({ kind: 'window' });
    await user.click(await screen.findByRole('button', { name: 'Choose…' }));
    expect(host.chosen).toEqual(['auto_save']);
  });

  it('says what moving the library means, asks where to, and shows how far it is', async () => {
    const { host, studio } = await opened({ kind: 'window' });
    let arrive = (_: { folder: string; left: number }) => {};
    host.chooseFolder = (purpose) => {
      host.chosen.push(purpose);
      return new Promise((done) => (arrive = done));
    };
    await user.click(await screen.findByRole('button', { name: 'Move the library…' }));
    expect(screen.getByRole('dialog')).toHaveTextContent('Every file is compared');
    expect(host.chosen).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Choose a folder…' }));
    expect(host.chosen).toEqual(['library']);
    host.emit({ type: 'moving', done: 250_000_000, total: 1_000_000_000 });
    await waitFor(() => expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25'));
    arrive({ folder: '/media/pictures', left: 2 });
    await waitFor(() =>
      expect(studio.notices.list.at(-1)?.text).toMatch(/lies in \/media\/pictures now. 2 files/),
    );
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('names the command in a browser, which moves nothing', async () => {
    await opened();
    expect(await screen.findByText(/diptych storage move/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Move the library…' })).toBeNull();
  });
});
