import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import * as data from '../../test/fake-data';
import type { Script } from '../../test/fake-host';
import { axeViolations, inStudio } from '../../test/render';
import RedoDialog from './RedoDialog.svelte';

async function show(script: Script = {}) {
  const picture = data.picture({ id: 'a', job: 'j-0-0', size: '4K', aspect: '16:9' });
  const rendered = await inStudio(RedoDialog, script, { picture });
  rendered.studio.nav.redo = picture;
  await waitFor(() => expect(screen.getByRole('button', { name: /Nano Banana Pro/ })).toBeVisible());
  return rendered;
}

describe('redo on another model', () => {
  it('says what each costs before anything is sent, and sends to the one that is pressed', async () => {
    const { host, studio, container } = await show();
    expect(screen.getByRole('button', { name: 'Nano Banana Pro $0.24' })).toBeEnabled();
    expect(host.sent('jobs.redo')).toEqual([]);
    expect(await axeViolations(container)).toEqual([]);
    const [flash] = screen.getAllByRole('button').filter((one) => /Banana 2/.test(one.textContent ?? ''));
    await userEvent.click(flash as HTMLElement);
    expect(host.sent('jobs.redo')).toEqual([{ id: 'j-0-0', model: data.FLASH }]);
    expect(studio.nav.redo).toBeNull();
    expect(studio.notices.list.at(-1)?.text).toMatch(/makes it once more/);
  });

  it('offers no model that cannot make it', async () => {
    const problem = { sentence: { code: 'E-SIZE', params: {} }, billed: null };
    await show({ plan: { problems: [problem] } });
    expect(screen.getByRole('button', { name: 'Nano Banana Pro cannot make it' })).toBeDisabled();
  });
});
