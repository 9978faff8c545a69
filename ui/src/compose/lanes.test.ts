import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { NOW } from '../../test/fake-data';
import { axeViolations, inStudio } from '../../test/render';
import type { LanePlan } from '@/bindings/api';
import ComposeView from './ComposeView.svelte';
import { laneOf, shortTime } from './lanes';

const user = userEvent.setup();
const lane = (over: Partial<LanePlan> & Pick<LanePlan, 'lane'>): LanePlan => ({
  usd: 353_400,
  finish_ms: NOW + 240_000,
  possible: true,
  why: null,
  ...over,
});
const lanes = [
  lane({ lane: 'now' }),
  lane({ lane: 'off-peak', finish_ms: NOW + 40_000_000 }),
  lane({
    lane: 'economy',
    usd: null,
    possible: false,
    why: { code: 'E-ECONOMY', params: { model: 'Flash' } },
  }),
];

async function composed() {
  const view = await inStudio(ComposeView, { plan: { lanes } });
  view.studio.draft.text = 'A harbour';
  const group = await screen.findByRole('radiogroup', { name: 'When' });
  return { ...view, group: within(group) };
}

describe('lanes', () => {
  it('say price and finish before one is chosen, and what is not possible', async () => {
    const { container, group } = await composed();
    expect(group.getAllByRole('radio')).toHaveLength(3);
    expect(group.getByRole('radio', { name: /^Now \$0.353/ })).toBeChecked();
    expect(group.getByRole('radio', { name: /^Economy not possible/ })).toBeDisabled();
    expect(await axeViolations(container)).toEqual([]);
  });

  it('go with the sheet, off-peak with the time after which it is sent anyway', async () => {
    const { host, group, studio } = await composed();
    await user.click(group.getByRole('radio', { name: /^Off-peak/ }));
    await user.selectOptions(await screen.findByLabelText('Outside calm hours:'), '12');
    const asked = studio.draft.spec({ models: [], size: '4K', aspect: '16:9' });
    expect(asked.lane).toBe('off-peak');
    const wait = (asked.deadline_ms ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(11.9 * 3_600_000);
    expect(wait).toBeLessThan(12.1 * 3_600_000);
    await waitFor(() => expect(host.sent('sheets.plan').at(-1)).toMatchObject({ lane: 'off-peak' }));
  });

  it('are not asked for where there is only one', async () => {
    await inStudio(ComposeView, {});
    expect(screen.queryByRole('radiogroup', { name: 'When' })).toBeNull();
  });

  it('are found in a plan, and not in one that has none', () => {
    expect(laneOf({ lanes } as never, 'economy')?.possible).toBe(false);
    expect(laneOf(null, 'now')).toBeUndefined();
  });

  it('say their finish in a few letters', () => {
    expect(shortTime(NOW + 60_000, NOW)).toMatch(/^\d\d:\d\d$/);
    expect(shortTime(NOW + 30 * 3_600_000, NOW)).toMatch(/^\w{3},? \d\d:\d\d$/);
    expect(shortTime(NOW + 9 * 86_400_000, NOW)).toMatch(/Dec/);
  });
});
