import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { handleKey } from '@/app/keys';
import * as data from '../../test/fake-data';
import { axeViolations, inStudio } from '../../test/render';
import Review from './Review.svelte';

const asked: string[] = [];
vi.mock('@/wall/loader', () => {
  const load = (url: string) => {
    asked.push(url);
    return Promise.resolve({ width: 2048, height: 1143, close: () => undefined });
  };
  return { loadBitmap: load, loadReadable: load };
});

async function show(pictures: string[]) {
  const jobs = pictures.map((name, row) => data.doneJob(row, 0, name));
  const rendered = await inStudio(Review, { sheets: [data.sheet(jobs)] });
  rendered.studio.nav.openReview({ pictures });
  await waitFor(() => expect(screen.getByText(`1 of ${pictures.length}`)).toBeVisible());
  return rendered;
}

let presses = 0;
async function press(key: string) {
  presses += 1;
  handleKey(new KeyboardEvent('keydown', { key }));
  await tick();
}

describe('the review', () => {
  it('decides 500 pictures in at most 600 keystrokes, mistakes included', async () => {
    const ids = Array.from({ length: 500 }, (_, at) => `p${at}`);
    const { host } = await show(ids);
    presses = 0;
    const keys = ['x', 'k', 'x', '4', 'x'];
    for (let at = 0; at < 500; at += 1) {
      await waitFor(() => expect(screen.getByRole('button', { name: /^Keep/ })).toBeEnabled(), {
        interval: 1,
      });
      await press(keys[at % 5] ?? 'k');
      if (at % 50 === 0) {
        await press('u');
        await press('x');
      }
    }
    expect(await screen.findByText('Decided: 500 pictures')).toBeVisible();
    expect(presses).toBeLessThanOrEqual(600);
    await waitFor(() => expect(host.sent('pictures.rate')).toHaveLength(100));
    expect(host.sent('pictures.trash').length).toBeGreaterThan(299);
  }, 60_000);

  it('has the next one loaded before it is wanted', async () => {
    await show(['a', 'b', 'c', 'd']);
    await waitFor(() => expect(asked).toContain('b.jpg'));
    expect(asked).not.toContain('d.jpg');
  });

  it('ends with what was decided, and the way on', async () => {
    const { studio, container } = await show(['a', 'b', 'c']);
    for (const key of ['5', 'x', 'ArrowRight']) await press(key);
    expect(screen.getByText('2 of 3 pictures are decided')).toBeVisible();
    expect(await axeViolations(container)).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Go on with the 1 passed over' }));
    await press('k');
    const rows = screen.getAllByRole('definition').map((one) => one.textContent?.trim());
    expect(rows).toEqual(['1', '1', '1']);
    await userEvent.click(screen.getByRole('button', { name: 'Compare the best 2 on the wall' }));
    expect(studio.nav.wall?.pictures).toEqual(['a', 'c']);
    studio.nav.back();
    expect(studio.nav.view).toBe('review');
  });

  it('shows a verdict when one comes back to it, and takes it back', async () => {
    await show(['a', 'b']);
    await press('x');
    expect(screen.getByText('1 decided')).toBeVisible();
    await press('ArrowLeft');
    expect(screen.getByRole('button', { name: /^Reject/ })).toHaveAttribute('aria-pressed', 'true');
    await press('ArrowRight');
    await press('u');
    expect(screen.getByText('1 of 2')).toBeVisible();
    expect(screen.getByText('0 decided')).toBeVisible();
  });

  it('decides one picture by a key that is held too long, and goes through them by a held arrow', async () => {
    await show(['a', 'b', 'c', 'd']);
    const again = async (key: string) => {
      handleKey(new KeyboardEvent('keydown', { key, repeat: true }));
      await tick();
    };
    await press('x');
    await again('x');
    await again('x');
    expect(screen.getByText('1 decided')).toBeVisible();
    expect(screen.getByText('2 of 4')).toBeVisible();
    await press('ArrowRight');
    await again('ArrowRight');
    expect(screen.getByText('4 of 4')).toBeVisible();
  });

  it('leaves to where it was opened from, and goes on there when one comes back', async () => {
    const { studio } = await show(['a', 'b', 'c']);
    await press('k');
    await press('Escape');
    expect(studio.nav.view).toBe('compose');
    expect(screen.getByText('2 of 3')).toBeVisible();
  });

  it('passes axe', async () => {
    const { container } = await show(['a', 'b']);
    expect(within(container).getByRole('group', { name: 'Verdict' })).toBeVisible();
    expect(await axeViolations(container)).toEqual([]);
  });
});
