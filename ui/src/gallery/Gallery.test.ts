import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PictureView } from '@/bindings/api';
import * as data from '../../test/fake-data';
import { axeViolations, inStudio } from '../../test/render';
import { ANY } from './filter';
import Gallery from './Gallery.svelte';

const pictures = (n: number, over: Partial<PictureView> = {}) =>
  Array.from({ length: n }, (_, at) => data.picture({ id: `p${at}`, created_ms: data.NOW - at, ...over }));

async function show(all: PictureView[]) {
  const rendered = await inStudio(Gallery, {
    answers: {
      'pictures.list': ({ filter = ANY }) => {
        const found = all.filter(
          (one) => one.trashed === filter.trash && one.prompt.includes(filter.search ?? ''),
        );
        return { pictures: found, next: null, total: found.length };
      },
      'pictures.trash': ({ id }) => data.picture({ ...all.find((one) => one.id === id), trashed: true }),
      'pictures.restore': ({ id }) => data.picture({ ...all.find((one) => one.id === id), trashed: false }),
      'pictures.rate': ({ id, rating }) =>
        data.picture({ ...all.find((one) => one.id === id), rating: rating ?? 0 }),
    },
  });
  await waitFor(() => expect(screen.queryByText('Loading…')).toBeNull());
  return rendered;
}
const selected = () => screen.getAllByRole('option', { selected: true });

// A page without layout: give the list the room that a window would.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
});

describe('the gallery', () => {
  it('teaches when there is nothing, with one way on', async () => {
    const { studio } = await show([]);
    studio.nav.go('gallery');
    await userEvent.click(screen.getByRole('button', { name: 'Write a prompt' }));
    expect(studio.nav.view).toBe('compose');
  });

  it('selects, extends and opens the wall with the keyboard alone', async () => {
    const { studio } = await show(pictures(6));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}');
    expect(selected()).toHaveLength(2);
    await userEvent.keyboard('{Enter}');
    expect(studio.nav.wall?.pictures).toEqual(['p0', 'p1']);
    expect(studio.nav.view).toBe('wall');
  });

  it('adds single pictures with Ctrl and Space', async () => {
    await show(pictures(6));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}{Control>}{ArrowRight}{ArrowRight}{/Control} ');
    expect(selected()).toHaveLength(2);
    await userEvent.keyboard('{Control>}a{/Control}');
    await waitFor(() => expect(screen.getByText('6 pictures selected')).toBeVisible());
  });

  it('shows the recipe of the one that is selected', async () => {
    const one = data.picture({
      practice: true,
      serial: 'PR-000412',
      fallback: true,
      model_used: data.FLASH,
      notes: [{ code: 'W-SIZE', params: { asked: '4K', got: '1K', asked_size: '4K' } }],
    });
    await show([one]);
    await userEvent.click(screen.getByRole('option'));
    const details = within(screen.getByRole('complementary', { name: 'Details' }));
    for (const text of ['PR-000412', 'Nano Banana 2.1 Flash', '$0.24 practice', 'JPEG · 9.1 MB']) {
      expect(details.getByText(text)).toBeVisible();
    }
    expect(details.getByText(/Asked for 4K, got 1K/)).toBeVisible();
    expect(details.getByText('asked Pro')).toBeVisible();
  });

  it('gives the prompt back to Compose', async () => {
    const { studio } = await show([data.picture({ prompt: 'a fox in the snow' })]);
    await userEvent.click(screen.getByRole('option'));
    await userEvent.click(screen.getByRole('button', { name: 'Use in Compose' }));
    expect(studio.draft.text).toBe('a fox in the snow');
    expect(studio.nav.view).toBe('compose');
  });

  it('throws away and takes back', async () => {
    await show(pictures(3));
    await userEvent.click(screen.getAllByRole('option')[1] as HTMLElement);
    await userEvent.keyboard('{Delete}');
    await waitFor(() => expect(screen.getByText('2 pictures')).toBeVisible());
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(screen.getByText('3 pictures')).toBeVisible());
  });

  it('searches as one types, and says when nothing is found', async () => {
    const { host } = await show(pictures(3));
    await userEvent.type(screen.getByRole('searchbox'), 'zebra');
    expect(await screen.findByText('No prompt contains “zebra”.')).toBeVisible();
    expect(host.sent('pictures.list').length).toBeLessThan(4);
    await userEvent.click(screen.getAllByRole('button', { name: 'Clear the search' })[0] as HTMLElement);
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
  });

  it('rates what is selected with a digit', async () => {
    const { host } = await show(pictures(3));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}4');
    await waitFor(() => expect(host.sent('pictures.rate')).toHaveLength(2));
    expect(host.sent('pictures.rate')[1]).toEqual({ id: 'p1', rating: 4 });
  });

  it('passes axe, empty and with a selection', async () => {
    const { container } = await show(pictures(4));
    await userEvent.click(screen.getAllByRole('option')[0] as HTMLElement);
    expect(await axeViolations(container)).toEqual([]);
  });
});
