// A provider on a bad day: what waits, what failed and what nobody knows is said in sentences, with what can be done.

import { expect, test } from './playwright.mts';
import { Studio } from './studio.mts';
import { word } from '../window/words.mjs';

test.describe.configure({ mode: 'serial' });

const KEY = 'AIza-practice-of-the-bad-day';
const PRO = 'gemini-3-pro-image';
const SCENARIO = `
latency = { seconds = 0.4 }
key = [{ key = "${KEY}", project = "atelier" }]

[[fault]]
kind = "overload"
prompt_contains = "storm"
model = "${PRO}"

[[fault]]
kind = "refusal"
prompt_contains = "forbidden"
model = "${PRO}"
message = "The picture would show a real person in a harmful way."

[[fault]]
kind = "status"
status = 504
prompt_contains = "forbidden"
billed = true

[[fault]]
kind = "reset_before_answer"
prompt_contains = "lost"

[[fault]]
kind = "quota_minute"
prompt_contains = "crowd"
seconds = 31
model = "${PRO}"

[[fault]]
kind = "hang"
prompt_contains = "crowd"
billed = false
`;

const studio = new Studio();
let address = '';
test.beforeAll(async ({ browser }) => {
  address = await studio.provider(SCENARIO);
  await studio.serve();
  await studio.open(browser);
  await studio.button('welcome.practice.go').click();
});
test.afterAll(() => studio.close());

async function generate(prompt: string, count = 2): Promise<void> {
  const { page } = studio;
  await studio.go('compose');
  await page.locator('#prompt').fill(prompt);
  await page.getByRole('radio', { name: '1K' }).check({ force: true });
  await expect(studio.button('compose.generate')).toBeEnabled();
  await studio.button('compose.generate').click();
  await expect(page.getByRole('heading', { level: 1, name: prompt })).toBeVisible();
  await expect(page.locator('[data-job]')).toHaveCount(count);
}

const cell = (state: string) => studio.page.locator(`[data-job][data-state=${state}]`);

test('an account is added, and a wrong key is said before anything is sent', async () => {
  const { page } = studio;
  await studio.go('settings');
  await studio.button('accounts.add').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(word('accounts.kind.relay-gemini'), { exact: true }).click();
  await dialog.getByLabel(word('accounts.name'), { exact: true }).fill('atelier');
  await dialog.getByLabel(word('accounts.base-url'), { exact: true }).fill(address);
  await dialog.getByRole('checkbox', { name: word('accounts.allow-http') }).check();
  await dialog.getByLabel(word('accounts.key'), { exact: true }).fill('AIza-wrong-0000');
  await studio.button('accounts.save').click();
  await expect(dialog.getByText(/refused the key ending …0000/)).toBeVisible();
  await studio.audit('account-wrong-key');
  await dialog.getByLabel(word('accounts.key'), { exact: true }).fill(KEY);
  await studio.button('accounts.save').click();
  await expect(dialog.getByText(word('accounts.test.ok'), { exact: false })).toBeVisible();
  await studio.audit('account-works');
  await dialog.getByRole('button', { name: word('accounts.done') }).click();
  await expect(page.getByText('atelier').first()).toBeVisible();
  await studio.audit('settings-accounts');
});

test('a relay with unknown prices never says that something costs nothing', async () => {
  const { page } = studio;
  await generate('A storm over the fields');
  await expect(cell('done')).toHaveCount(1);
  await expect(cell('unknown').getByRole('button', { name: word('sheet.resend.unpriced') })).toBeVisible();
  await studio.audit('relay-unknown');
  await cell('unknown').getByRole('button', { name: word('sheet.give-up') }).click();
  await expect(cell('unknown')).toHaveCount(0);
  await page.locator('#prompt').fill('A meadow');
  await expect(page.getByText(word('compose.price-unknown')).first()).toBeVisible();
  await expect(page.getByRole('group', { name: word('nav.compose') }).getByText('$0.00')).toHaveCount(0);

  // From here on the same provider as Google itself, whose terms and prices are known.
  const [relay] = await studio.call<{ id: string }[]>('accounts.list');
  await studio.call('accounts.remove', { id: relay!.id });
  await studio.call('accounts.add', { name: 'studio', kind: 'gemini', base_url: address, allow_http: true, key: KEY });
  await expect(page.getByText('$0.168').first()).toBeVisible();
});

test('an overload is waited out in sight, and Flash can take over', async () => {
  await generate('A coast before the storm');
  await expect(cell('done')).toHaveCount(1);
  await expect(cell('queued').getByText(word('E-OVERLOAD.title'))).toBeVisible();
  await expect(cell('queued').getByText(/Not charged\. Try \d+ of \d+ in/)).toBeVisible();
  await studio.audit('overloaded');
  await cell('queued').getByRole('button', { name: /instead/ }).click();
  await expect(cell('done')).toHaveCount(2);
  await expect(cell('cancelled')).toHaveCount(1);
  await expect(cell('done').first().getByText('Flash instead of Pro')).toBeVisible();
  await studio.audit('overloaded-flash');
});

test('a refusal and an unknown outcome say what they cost', async () => {
  const { page } = studio;
  await generate('A forbidden garden');
  await expect(cell('failed').getByText(word('E-REFUSED.title'))).toBeVisible();
  await expect(cell('unknown').getByText(word('E-UNKNOWN.title')).first()).toBeVisible();
  await expect(cell('unknown').getByRole('button', { name: /^Send again/ })).toBeVisible();
  await studio.audit('failed-unknown');
  await cell('unknown').getByRole('button', { name: word('sheet.give-up') }).click();
  await expect(cell('unknown')).toHaveCount(0);
  await expect(page.locator('[data-job]')).toHaveCount(2);
});

test('several unknown outcomes are decided at once', async () => {
  await generate('A lost valley');
  await expect(cell('unknown')).toHaveCount(2);
  await studio.audit('unknown');
  await studio.button('sheet.unknown.give-up').click();
  await expect(cell('unknown')).toHaveCount(0);
  await expect(cell('failed').getByText(word('sheet.title.given-up'))).toHaveCount(2);
  await studio.audit('given-up');
});

test('a minute limit counts down while another call is on the wire', async () => {
  await generate('A crowd on the square');
  await expect(cell('sending')).toHaveCount(1);
  await expect(cell('queued').getByText(/next slot in/)).toBeVisible();
  await studio.audit('waiting');
});

test('the queue, the money and the weather are told in one line', async () => {
  const line = studio.page.getByRole('contentinfo');
  await expect(line).toContainText(/\$0\.\d+/);
  await expect(line).toContainText(/Pro/);
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
