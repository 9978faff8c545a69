import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { FLASH, PRO, route } from '../../test/fake-data';
import { axeViolations, inStudio } from '../../test/render';
import ComposeView from './ComposeView.svelte';
import { bothSheets, smallerFirst } from './smaller';

const user = userEvent.setup();
const hint = { code: 'S-hint-size', params: { small: '2K', large: '4K', refused: 58, calls: 171 } };
const advised = route({ hint });
const spec = { models: [PRO, FLASH], size: '4K' };
const all = () => true;

describe('the smaller size first', () => {
  it('is advised where a route of the sheet refuses this size', () => {
    expect(smallerFirst([advised], spec, false, all)).toEqual({ why: hint, small: '2K', large: '4K' });
    expect(smallerFirst([advised], { ...spec, size: '2K' }, false, all)).toBeNull();
    expect(smallerFirst([advised], { ...spec, models: [FLASH] }, false, all)).toBeNull();
    expect(smallerFirst([advised], { ...spec, lane: 'off-peak' }, false, all)).toBeNull();
    expect(smallerFirst([advised], spec, true, all)).toBeNull();
    expect(smallerFirst([advised], spec, false, () => false)).toBeNull();
  });

  it('makes two sheets, the larger off-peak where that is possible', () => {
    const offer = { why: hint, small: '2K', large: '4K' };
    const lanes = [{ lane: 'off-peak', usd: 1, finish_ms: null, possible: true, why: null }];
    expect(bothSheets(spec, offer, { lanes } as never)).toEqual([
      { ...spec, size: '2K' },
      { ...spec, lane: 'off-peak' },
    ]);
    expect(bothSheets(spec, offer, null)[1]).toEqual({ ...spec, lane: 'now' });
  });

  it('is agreed to with the price of both', async () => {
    const { studio, host } = await inStudio(ComposeView, { status: { routes: [advised] } });
    studio.draft.text = 'A harbour';
    await user.click(await screen.findByRole('button', { name: '2K now, 4K later…' }));
    const dialog = await screen.findByRole('dialog', { name: '2K now, 4K later' });
    expect(host.sent('sheets.create')).toHaveLength(0);
    expect(await axeViolations(dialog)).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: /^Generate both for \$0\.56/ }));
    await waitFor(() => expect(host.sent('sheets.create').map((sent) => sent.size)).toEqual(['2K', '4K']));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
