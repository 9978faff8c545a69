import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import * as data from '../../test/fake-data';
import { axeViolations, inStudio } from '../../test/render';
import Gallery from './Gallery.svelte';
import { filesOf, summary } from './importer.svelte';

const png = (name: string) => new File(['x'], name, { type: 'image/png' });

/** A folder as a browser tells of it. */
const folder = (name: string, entries: unknown[]) => ({
  name,
  isFile: false,
  isDirectory: true,
  createReader: () => {
    const parts = [entries, []];
    return { readEntries: (done: (part: unknown[]) => void) => done(parts.shift() ?? []) };
  },
});
const file = (name: string) => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (done: (file: File) => void) => done(png(name)),
});

describe('importing', () => {
  it('takes chosen files in one by one and says what became of them', async () => {
    const imports = (name: string) => {
      if (name === 'a.png') return data.imported({ imported: 1 });
      if (name === 'b.png') return data.imported({ known: 1 });
      const reason = { code: 'E-IMPORT-KIND', params: { what: 'HTML' } };
      return data.imported({ refused: 1, files: [{ name, fate: 'refused', picture: null, reason }] });
    };
    const { host, studio } = await inStudio(Gallery, { pictures: [], imports });
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) throw new Error('no way to choose files');
    await userEvent.upload(input, [png('a.png'), png('b.png'), png('page.png')]);
    await waitFor(() => expect(studio.notices.list).toHaveLength(1));
    expect(host.imported).toEqual(['a.png', 'b.png', 'page.png']);
    expect(studio.notices.list[0]?.text).toBe(
      '1 imported, 1 already here, 1 is no picture that can be kept. page.png: This is HTML: no PNG, JPEG or WebP.',
    );
  });

  it('leaves one that is too large out, and takes those behind it', async () => {
    const { host, studio } = await inStudio(Gallery, {
      pictures: [],
      imports: () => data.imported({ imported: 1 }),
    });
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) throw new Error('no way to choose files');
    const large = png('large.png');
    Object.defineProperty(large, 'size', { value: 130 * 1024 * 1024 });
    await userEvent.upload(input, [png('a.png'), large, png('b.png')]);
    await waitFor(() => expect(studio.notices.list).toHaveLength(1));
    expect(host.imported).toEqual(['a.png', 'b.png']);
    expect(studio.notices.list[0]?.text).toMatch(/^2 imported, 1 is no picture.*large\.png: The file has/);
  });

  it('names a file that cannot be read and goes on with those behind it', async () => {
    const { host, studio } = await inStudio(Gallery, {
      pictures: [data.picture()],
      imports: () => data.imported({ imported: 1 }),
    });
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) throw new Error('no way to choose files');
    const gone = png('gone.png');
    const why = new DOMException('A requested file could not be found.', 'NotFoundError');
    gone.slice = () => ({ arrayBuffer: () => Promise.reject(why) }) as unknown as Blob;
    await userEvent.upload(input, [png('a.png'), gone, png('b.png')]);
    await waitFor(() => expect(studio.notices.list).toHaveLength(1));
    expect(host.imported).toEqual(['a.png', 'b.png']);
    expect(studio.notices.list[0]?.text).toMatch(
      /^2 imported, 1 is no picture.*gone\.png: The file cannot be/,
    );
  });

  it('can be stopped, and ends after the file in hand', async () => {
    const { host, studio } = await inStudio(Gallery, { pictures: [data.picture()] });
    let go: () => void = () => undefined;
    host.importPicture = (one) => {
      host.imported.push(one.name);
      return new Promise((done) => (go = () => done(data.imported({ imported: 1 }))));
    };
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) throw new Error('no way to choose files');
    await userEvent.upload(input, [png('a.png'), png('b.png')]);
    await screen.findByText('Importing: 0 of 2');
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(host.sent('pictures.import-stop')).toHaveLength(1);
    go();
    await waitFor(() => expect(studio.notices.list[0]?.text).toBe('1 imported.'));
    expect(host.imported).toEqual(['a.png']);
  });

  it('lets the engine take what was dropped on the window', async () => {
    const { host, studio } = await inStudio(Gallery, { pictures: [] });
    host.drop('over');
    const section = screen.getByRole('region', { name: 'Gallery' });
    await waitFor(() => expect(section.dataset['over']).toBe('Drop pictures or folders to import them'));
    host.drop('dropped');
    await waitFor(() => expect(studio.notices.list[0]?.text).toBe('2 imported, 1 already here.'));
    expect(section.dataset['over']).toBeUndefined();
  });

  it('goes through folders of a page, and takes what was named itself whatever its name', async () => {
    const entries = [
      file('odd.bin'),
      folder('all', [file('a.png'), file('notes.txt'), folder('in', [file('b.WebP')])]),
    ];
    const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
    const files = await filesOf({ items, files: [] } as unknown as DataTransfer);
    expect(files.map((one) => one.name)).toEqual(['odd.bin', 'a.png', 'b.WebP']);
  });

  it('says nothing of what there was none of', () => {
    expect(summary(data.imported({ known: 3 }))).toBe('3 already here.');
  });
});

describe('a picture from outside', () => {
  const imported = {
    file: 'ship.png',
    at_ms: data.NOW,
    tool: 'comfyui' as const,
    negative: 'fog',
    seed: '18446744073709551615',
    size: null,
  };
  const outside = data.picture({
    job: null,
    sheet: null,
    size: null,
    aspect: null,
    account: '',
    model_used: 'sdxl.safetensors',
    prompt: 'a ship',
    credentials: true,
    imported,
  });

  it('says where it comes from, what made it, and nothing that is not known', async () => {
    const answers = { 'pictures.recipe': () => ({ text: '{"3": {}}' }) };
    const { container } = await inStudio(Gallery, { pictures: [outside], answers });
    await userEvent.click(await screen.findByRole('option', { name: /sdxl.safetensors.*IMPORTED/ }));
    const facts = Object.fromEntries(
      [...document.querySelectorAll('dt')].map((dt) => [dt.textContent, dt.nextElementSibling?.textContent]),
    );
    expect(facts).toMatchObject({
      Model: 'sdxl.safetensors',
      From: 'ComfyUI · ship.png',
      Negative: 'fog',
      Seed: '18446744073709551615',
    });
    for (const name of ['Price', 'Took', 'Tries', 'Account', 'Size asked'])
      expect(facts).not.toHaveProperty(name);
    expect(screen.getByText('Content Credentials (not verified)').title).toContain('not verified');
    for (const name of ['Timeline', 'Whole sheet']) expect(screen.queryByRole('button', { name })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Recipe in the file' }));
    expect(await screen.findByText('{"3": {}}')).toBeTruthy();
    expect(await axeViolations(container)).toEqual([]);
  });
});
