// Long because every way of choosing, changing and taking back is told by the same gallery and its one scripted library.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { handleKey } from '@/app/keys';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PictureView, SavedPictures } from '@/bindings/api';
import * as data from '../../test/fake-data';
import type { Script } from '../../test/fake-host';
import { axeViolations, inStudio } from '../../test/render';
import Gallery from './Gallery.svelte';
import { galleryOf } from './state.svelte';

const pictures = (n: number, over: Partial<PictureView> = {}) =>
  Array.from({ length: n }, (_, at) => data.picture({ id: `p${at}`, seq: n - at, ...over }));

async function show(all: PictureView[], answers: Script['answers'] = {}) {
  const rendered = await inStudio(Gallery, { pictures: all, answers });
  await waitFor(() => expect(screen.queryByText('Loading…')).toBeNull());
  return rendered;
}

/** Tells the list that it has another size. */
let resized = () => {};
vi.stubGlobal(
  'ResizeObserver',
  class {
    private seen = new Set<Element>();
    constructor(told: ResizeObserverCallback) {
      const before = resized;
      resized = () => {
        before();
        told(
          [...this.seen].map((target) => ({ target }) as ResizeObserverEntry),
          this,
        );
      };
    }
    observe = (element: Element) => void this.seen.add(element);
    unobserve = (element: Element) => void this.seen.delete(element);
    disconnect = () => this.seen.clear();
  },
);

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

  it('fills its cells once where one jumps: with what they are to show', async () => {
    await show(pictures(1_000));
    const list = screen.getByRole('listbox');
    const empty: string[] = [];
    const watch = new MutationObserver(() =>
      empty.push(...screen.queryAllByRole('option', { name: 'Loading…' }).map((cell) => cell.id)),
    );
    watch.observe(list, { subtree: true, childList: true, attributes: true });
    // A step soon after another is taken for a flight.
    await new Promise((rested) => setTimeout(rested, 150));
    list.scrollTop = 30_000;
    await fireEvent.scroll(list);
    const first = () => Number(screen.getAllByRole('option')[0]?.getAttribute('aria-posinset'));
    await waitFor(() => expect(first()).toBeGreaterThan(300));
    watch.disconnect();
    expect(empty).toEqual([]);
  });

  it('stays where one looks when the number of columns changes', async () => {
    await show(pictures(20_000));
    const list = screen.getByRole('listbox');
    await waitFor(() => expect(list.querySelector('[aria-setsize="20000"]')).not.toBeNull());
    await new Promise((rested) => setTimeout(rested, 150));
    list.scrollTop = 700_000;
    await fireEvent.scroll(list);
    const seen = () =>
      screen.getAllByRole('option').map((cell) => Number(cell.getAttribute('aria-posinset')));
    await waitFor(() => expect(Math.min(...seen())).toBeGreaterThan(5_000));
    const before = Math.min(...seen());
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_300);
    resized();
    await waitFor(() => expect(list.scrollTop).toBeLessThan(600_000));
    await waitFor(() => expect(Math.abs(Math.min(...seen()) - before)).toBeLessThan(20));
  });

  it('selects all, also those that are still on their way', async () => {
    const { studio } = await inStudio(Gallery, { pictures: pictures(100) });
    const gallery = galleryOf(studio);
    await gallery.selectAll();
    expect(gallery.selection.seqs.size).toBe(100);
  });

  it('reviews what is selected, or the list from where the keyboard is', async () => {
    const { studio } = await show(pictures(6));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}');
    await userEvent.click(screen.getByRole('button', { name: 'Review' }));
    await waitFor(() => expect(studio.nav.review?.pictures).toEqual(['p0', 'p1']));
    studio.nav.go('gallery');
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{End}{ArrowLeft}');
    await userEvent.click(screen.getByRole('button', { name: 'Review' }));
    await waitFor(() => expect(studio.nav.review?.pictures).toEqual(['p4', 'p5']));
    expect(studio.nav.view).toBe('review');
    studio.nav.leaveReview();
    expect(studio.nav.view).toBe('gallery');
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
    expect(screen.getByRole('listbox')).toHaveFocus();
  });

  it('throws away one picture by a key that is held too long', async () => {
    const { host } = await show(pictures(5));
    await userEvent.click(screen.getAllByRole('option')[1] as HTMLElement);
    await userEvent.keyboard('{Delete}');
    await waitFor(() => expect(screen.getByText('4 pictures')).toBeVisible());
    const held = await fireEvent.keyDown(screen.getByRole('listbox'), { key: 'Delete', repeat: true });
    expect(held).toBe(false);
    expect(host.sent('pictures.change')).toHaveLength(1);
  });

  it('searches as one types, and says when nothing is found', async () => {
    const { host } = await show(pictures(3));
    await userEvent.type(screen.getByRole('searchbox'), 'zebra');
    expect(await screen.findByText('No prompt has “zebra” in it.')).toBeVisible();
    expect(host.sent('pictures.find').length).toBeLessThan(8);
    await userEvent.click(screen.getAllByRole('button', { name: 'Clear the search' })[0] as HTMLElement);
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
  });

  it('rates what is selected with a digit', async () => {
    const { host } = await show(pictures(3));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}4');
    await waitFor(() => expect(host.sent('pictures.change')).toHaveLength(1));
    expect(host.sent('pictures.change')[0]).toEqual({ seqs: [3, 2], rating: 4 });
    await waitFor(() => expect(screen.getAllByRole('option', { name: /Rated 4 of 5/ })).toHaveLength(2));
  });

  it('takes a rating back to what each picture had', async () => {
    const all = pictures(3).map((one, at) => ({ ...one, rating: [5, 0, 2][at] ?? 0 }));
    const { host } = await show(all);
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}2');
    expect(await screen.findByText('2 pictures rated.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(host.pictures.all.map((one) => one.rating)).toEqual([5, 0, 2]));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('offers to undo the last change, also where rows take a while', async () => {
    const { host } = await show(pictures(3));
    host.script.answers = {
      'pictures.rows': async ({ seqs }) => {
        await new Promise((come) => setTimeout(come, 20));
        return structuredClone(host.pictures.all.filter((one) => seqs?.includes(one.seq)));
      },
    };
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}2');
    expect(await screen.findByText('3 pictures rated.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(host.pictures.all.map((one) => one.rating)).toEqual([0, 0, 0]));
  });

  it('takes a tag back from those alone that did not have it before', async () => {
    const all = pictures(2).map((one, at) => ({ ...one, tags: at === 0 ? ['sky'] : [] }));
    const { host } = await show(all);
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    await userEvent.type(screen.getByLabelText('Tags'), 'sky{Enter}');
    expect(await screen.findByText('Tags of 1 picture changed.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(host.pictures.all.map((one) => one.tags)).toEqual([['sky'], []]));
  });

  it('asks before it changes so many that nothing could be taken back', async () => {
    const { host } = await show(pictures(51, { rating: 4 }));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}0');
    const title = 'Take the rating off 51 pictures?';
    const dialog = within(screen.getByRole('dialog', { name: title }));
    expect(await axeViolations(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole('button', { name: 'Not now' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(host.sent('pictures.change')).toEqual([]);
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('0');
    await userEvent.click(screen.getByRole('button', { name: 'Change 51 pictures' }));
    await waitFor(() => expect(host.pictures.all.every((one) => one.rating === 0)).toBe(true));
  });

  it('tags everything that is selected, far more than is shown', async () => {
    const { host } = await show(pictures(5_000));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(screen.getByText('5,000 pictures selected')).toBeVisible();
    await userEvent.type(screen.getByLabelText('Tags'), 'best, blue hour{Enter}');
    expect(screen.getByRole('dialog', { name: 'Tag 5,000 pictures with “best, blue hour”?' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Change 5,000 pictures' }));
    await waitFor(() => expect(host.sent('pictures.change')).toHaveLength(1));
    expect(host.sent('pictures.change')[0]?.tag).toEqual(['best', ' blue hour']);
    expect(host.sent('pictures.change')[0]?.seqs).toHaveLength(5_000);
  });

  it('shows one collection, renames it, and takes the chip away', async () => {
    const { host, studio } = await show([
      ...pictures(3, { collections: ['Calendar'] }),
      data.picture({ id: 'other', seq: 9 }),
    ]);
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    await userEvent.selectOptions(await screen.findByRole('combobox', { name: 'Collection' }), 'Calendar');
    await waitFor(() => expect(galleryOf(studio).library.total).toBe(3));
    await userEvent.click(screen.getByRole('button', { name: 'Rename or delete “Calendar”' }));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await userEvent.clear(name);
    await userEvent.type(name, 'Cards{Enter}');
    await waitFor(() => expect(screen.getByText('Collection: Cards')).toBeVisible());
    expect(host.sent('labels.rename')).toEqual([{ kind: 'collection', name: 'Calendar', to: 'Cards' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Rating' }), '5');
    await userEvent.click(await screen.findByRole('button', { name: /^Take away “Rating/ }));
    const chip = screen.getByRole('button', { name: 'Take away “Collection: Cards”' });
    expect(chip).toHaveFocus();
    await userEvent.click(chip);
    await waitFor(() => expect(galleryOf(studio).library.total).toBe(4));
    expect(document.body).not.toHaveFocus();
  });

  it('asks before it deletes a collection, and says how many are in it', async () => {
    const { host, studio } = await show(pictures(3, { collections: ['Calendar'] }));
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    await userEvent.selectOptions(await screen.findByRole('combobox', { name: 'Collection' }), 'Calendar');
    await userEvent.click(await screen.findByRole('button', { name: 'Rename or delete “Calendar”' }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete collection' }));
    expect(host.sent('labels.rename')).toEqual([]);
    const dialog = within(screen.getByRole('dialog', { name: 'Delete the collection “Calendar”?' }));
    expect(dialog.getByText(/^3 pictures are in it\./)).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Not now' }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete collection' }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete collection' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(host.sent('labels.rename')).toEqual([{ kind: 'collection', name: 'Calendar', to: null }]);
    expect(galleryOf(studio).choices.collection).toBe('');
  });

  it('says at the field why a collection cannot have that name', async () => {
    const taken = { sentence: { code: 'E-LABEL-TAKEN', params: { name: 'Cards' } }, billed: null };
    const { studio } = await show(pictures(2, { collections: ['Calendar'] }), {
      'labels.rename': () => Promise.reject(taken),
    });
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    await userEvent.selectOptions(await screen.findByRole('combobox', { name: 'Collection' }), 'Calendar');
    await userEvent.click(await screen.findByRole('button', { name: 'Rename or delete “Calendar”' }));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await userEvent.clear(name);
    await userEvent.type(name, 'Cards{Enter}');
    await waitFor(() => expect(name).toHaveAccessibleDescription(/Cards/));
    expect(name).toBeInvalid();
    expect(screen.getByRole('dialog')).toBeVisible();
    expect(studio.notices.list).toEqual([]);
  });

  it('takes a tag off with its button, and the keyboard goes on beside it', async () => {
    const { host } = await show(pictures(2, { tags: ['sky', 'blue'] }));
    await userEvent.click(screen.getAllByRole('option')[0] as HTMLElement);
    await userEvent.click(screen.getByRole('button', { name: 'Take off “sky”' }));
    await waitFor(() => expect(host.sent('pictures.change')).toEqual([{ seqs: [2], untag: ['sky'] }]));
    const left = screen.getByRole('button', { name: 'Take off “blue”' });
    expect(left).toHaveFocus();
    await userEvent.click(left);
    await waitFor(() => expect(screen.queryByRole('button', { name: /Take off/ })).toBeNull());
    expect(screen.getByLabelText('Tags')).toHaveFocus();
  });

  it('saves copies of what is selected, and says where they are', async () => {
    const { host, studio } = await show(pictures(3));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    await userEvent.click(screen.getByRole('button', { name: 'Save copies' }));
    expect(host.sent('pictures.save')).toEqual([
      { seqs: [3, 2, 1], metadata: false, convert: null, name: null },
    ]);
    await waitFor(() => expect(studio.notices.list).toHaveLength(1));
    expect(studio.notices.list[0]).toMatchObject({
      text: '3 copies saved in ~/.local/share/diptych/exports',
    });
  });

  it('saves them in another format, smaller, and says where it was stopped', async () => {
    let end = (_: SavedPictures) => {};
    const done = new Promise<SavedPictures>((resolve) => (end = resolve));
    const { host, studio } = await show(pictures(3), { 'pictures.save': () => done });
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    await userEvent.click(screen.getByRole('button', { name: 'Save as…' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Save 3 copies as' }));
    expect(await axeViolations(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole('radio', { name: 'WebP' }));
    await userEvent.selectOptions(dialog.getByRole('combobox', { name: 'Long edge' }), '2048');
    await userEvent.click(dialog.getByRole('button', { name: 'Save copies' }));
    expect(host.sent('pictures.save')).toEqual([
      {
        seqs: [3, 2, 1],
        metadata: true,
        convert: { format: 'webp', quality: 90, max_edge: 2048 },
        name: null,
      },
    ]);
    await galleryOf(studio).save({ metadata: false, convert: null, name: null });
    expect(host.sent('pictures.save')).toHaveLength(1);
    expect(studio.notices.list.pop()?.text).toMatch(/^Other copies are being saved/);
    end({ pictures: 2, failed: 0, reason: null, folder: '~/exports', stopped: true });
    await waitFor(() => expect(studio.notices.list).toHaveLength(1));
    expect(studio.notices.list[0]).toMatchObject({ text: 'Stopped: 2 of 3 copies are saved in ~/exports' });
  });

  it('says which copies could not be saved, and why', async () => {
    const reason = { code: 'E-FILE', params: { path: '/home/ada/a.png', text: 'permission denied' } };
    const answer = () => ({ pictures: 2, failed: 1, reason, folder: '~/exports', stopped: false });
    const { studio } = await show(pictures(3), { 'pictures.save': answer });
    await galleryOf(studio).save({ metadata: false, convert: null, name: null }, [3, 2, 1]);
    expect(studio.notices.list[0]).toMatchObject({
      text: '2 copies saved in ~/exports. 1 picture not saved: /home/ada/a.png: permission denied',
    });
  });

  it('filters, and shows everything again', async () => {
    const all = [...pictures(3), data.picture({ id: 'small', seq: 9, size: '1K' })];
    await show(all);
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Size' }), '1K');
    const cells = () => within(screen.getByRole('listbox')).getAllByRole('option');
    await waitFor(() => expect(cells()).toHaveLength(1));
    expect(screen.getByRole('button', { name: 'Filters (1)' })).toBeVisible();
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Rating' }), '5');
    expect(await screen.findByText('No picture fits the filters.')).toBeVisible();
    await userEvent.click(screen.getAllByRole('button', { name: 'Show everything' })[0] as HTMLElement);
    await waitFor(() => expect(screen.getByText('4 pictures')).toBeVisible());
  });

  it('offers what is new to filter by: when it comes, and when one comes back', async () => {
    const { host, studio } = await show(pictures(2, { size: '4K' }));
    studio.nav.go('gallery');
    const gallery = galleryOf(studio);
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    const offered = () =>
      within(screen.getByRole('combobox', { name: 'Size' }))
        .getAllByRole('option')
        .map((option) => option.textContent);
    await waitFor(() => expect(offered()).toEqual(['Any', '4K (2)']));
    // Those of the start, and those of the button.
    await waitFor(() => expect(host.sent('pictures.facets')).toHaveLength(2));
    const arrive = (id: string, size: '1K' | '2K') => {
      const seq = host.pictures.all.length + 1;
      host.pictures.all = [data.picture({ id, seq, size }), ...host.pictures.all];
      host.emit({ type: 'picture', id });
    };
    arrive('one', '1K');
    await waitFor(() => expect(offered()).toContain('1K (1)'), { timeout: 3_000 });
    // Out of sight nothing is counted.
    studio.nav.go('queue');
    const before = host.sent('pictures.facets').length;
    arrive('two', '2K');
    await new Promise((passed) => setTimeout(passed, 2_100));
    expect(host.sent('pictures.facets')).toHaveLength(before);
    gallery.open();
    await waitFor(() => expect(offered()).toContain('2K (1)'));
  });

  it('groups by sheet, with what was asked above', async () => {
    const all = pictures(4).map((one, at) => ({ ...one, sheet: `s${at % 2}`, prompt: `prompt ${at % 2}` }));
    await show(all);
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'Group by sheet' }));
    await waitFor(() => expect(screen.getAllByText('prompt 1')).toHaveLength(1));
    expect(screen.getByText('prompt 0')).toBeVisible();
  });

  it('holds no more in the document for 100,000 than for 1,000', async () => {
    const { container } = await show(pictures(1_000));
    const few = container.querySelectorAll('.scroller *').length;
    const all = await inStudio(Gallery, { pictures: pictures(100_000) });
    await waitFor(() => expect(all.container.querySelector('[aria-setsize="100000"]')).not.toBeNull());
    expect(all.container.querySelectorAll('.scroller *').length).toBe(few);
    expect(few).toBeLessThan(250);
  });

  it('says what went wrong, with a way on', async () => {
    const failure = { sentence: { code: 'E-LIBRARY', params: { text: 'disk' } }, billed: null };
    await inStudio(Gallery, { answers: { 'pictures.find': () => Promise.reject(failure) } });
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeVisible();
  });

  it('passes axe, empty and with a selection', async () => {
    const { container } = await show(pictures(4));
    await userEvent.click(screen.getAllByRole('option')[0] as HTMLElement);
    await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
    expect(await axeViolations(container)).toEqual([]);
  });

  it('drags the originals of what is selected out of the window, and nothing out of a browser', async () => {
    const { host } = await inStudio(Gallery, { pictures: pictures(4), kind: 'window' });
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(4));
    const [first, second, third] = screen.getAllByRole('option') as [HTMLElement, HTMLElement, HTMLElement];
    expect(first).toHaveAttribute('draggable', 'true');
    await userEvent.click(first);
    await userEvent.keyboard('{Control>}');
    await userEvent.click(second, {});
    await userEvent.keyboard('{/Control}');
    await fireEvent.dragStart(third);
    await waitFor(() => expect(host.dragged).toEqual([['p2']]));
  });

  it('opens the details for the field that a key asks for', async () => {
    const { studio } = await show(pictures(2));
    const gallery = galleryOf(studio);
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}');
    gallery.details = false;
    await tick();
    handleKey(new KeyboardEvent('keydown', { key: 't' }));
    await waitFor(() => expect(document.activeElement).toHaveAttribute('type', 'text'));
    expect(gallery.details).toBe(true);
  });

  it('names copies by a template, with the first of them as an example', async () => {
    const { host } = await show(pictures(2));
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('{ArrowRight}');
    await userEvent.click(screen.getByRole('button', { name: 'Save as…' }));
    const field = screen.getByRole('textbox', { name: 'File names' });
    await userEvent.click(field);
    await userEvent.paste('{model}-{seed}');
    await waitFor(() => expect(screen.getByText(/^For example 2026-01-15-layered/)).toBeVisible());
    expect(host.sent('pictures.name-example').at(-1)).toEqual({
      seq: 2,
      name: '{model}-{seed}',
      format: null,
    });
    const dialog = within(screen.getByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Save copy' }));
    expect(host.sent('pictures.save').at(-1)).toMatchObject({ seqs: [2], name: '{model}-{seed}' });
  });
});
