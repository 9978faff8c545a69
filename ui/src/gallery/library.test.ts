import { describe, expect, it, vi } from 'vitest';
import type { PictureView } from '@/bindings/api';
import * as data from '../../test/fake-data';
import { FakeHost } from '../../test/fake-host';
import { ANY } from './filter';
import { Library } from './library.svelte';

/** A library of `n` pictures behind a cursor, newest first. */
function setUp(n: number) {
  const all: PictureView[] = Array.from({ length: n }, (_, at) =>
    data.picture({ id: `p${at}`, created_ms: data.NOW - at * 1_000, prompt: at % 2 ? 'a fox' : 'a hill' }),
  );
  const host = new FakeHost({
    answers: {
      'pictures.list': ({ after, limit, filter = ANY }) => {
        const found = all.filter(
          (one) => one.trashed === filter.trash && one.prompt.includes(filter.search ?? ''),
        );
        const from = after ?? 0;
        const to = from + (limit ?? 60);
        return {
          pictures: found.slice(from, to),
          next: to < found.length ? to : null,
          total: found.length,
        };
      },
      'pictures.get': ({ id }) => all.find((one) => one.id === id) ?? data.picture(),
      'pictures.trash': ({ id }) => change(id, { trashed: true }),
      'pictures.restore': ({ id }) => change(id, { trashed: false }),
      'pictures.rate': ({ id, rating }) => change(id, { rating: rating ?? 0 }),
    },
  });
  function change(id: string | undefined, over: Partial<PictureView>): PictureView {
    const at = all.findIndex((one) => one.id === id);
    const made = data.picture({ ...all[at], ...over });
    all[at] = made;
    return made;
  }
  function arrive(id: string, over: Partial<PictureView> = {}) {
    all.unshift(data.picture({ id, created_ms: data.NOW + all.length * 1_000, prompt: 'a hill', ...over }));
    library.hear({ type: 'picture', id });
  }
  const library = new Library(host);
  return { host, library, arrive };
}

const gathered = () => new Promise((resolve) => setTimeout(resolve, 160));

describe('the list of pictures', () => {
  it('starts with one page and knows how many there are', async () => {
    const { library, host } = setUp(1_000);
    await library.load();
    expect(library.total).toBe(1_000);
    expect(library.pictures.length).toBe(120);
    expect(host.sent('pictures.list')).toHaveLength(1);
  });

  it('reaches far down in few large pages, each once', async () => {
    const { library, host } = setUp(10_000);
    await library.load();
    await Promise.all([library.reach(7_000), library.reach(7_040)]);
    expect(library.pictures.length).toBeGreaterThanOrEqual(7_040);
    expect(new Set(library.ids).size).toBe(library.ids.length);
    expect(host.sent('pictures.list').length).toBeLessThan(17);
    await library.reach(99_999);
    expect(library.pictures.length).toBe(10_000);
  });

  it('searches, and drops an answer that was overtaken', async () => {
    const { library } = setUp(300);
    await library.load();
    const first = library.find('fox');
    const second = library.find('hill');
    await Promise.all([first, second]);
    expect(library.total).toBe(150);
    expect(library.pictures.every((picture) => picture.prompt === 'a hill')).toBe(true);
  });

  it('lets new pictures in at the top', async () => {
    const { library, arrive } = setUp(5);
    await library.load();
    arrive('new');
    await gathered();
    expect(library.ids[0]).toBe('new');
    expect(library.total).toBe(6);
  });

  it('keeps them waiting while somebody looks further down', async () => {
    const { library, arrive } = setUp(500);
    await library.load();
    library.atTop = () => false;
    arrive('one');
    arrive('two');
    await gathered();
    expect(library.waiting).toHaveLength(2);
    expect(library.ids[0]).toBe('p0');
    expect(library.total).toBe(500);
    library.admit();
    expect(library.ids.slice(0, 3)).toEqual(['two', 'one', 'p0']);
    expect(library.total).toBe(502);
  });

  it('leaves out new pictures that the search does not want', async () => {
    const { library, arrive } = setUp(5);
    await library.load();
    await library.find('fox');
    arrive('new');
    await gathered();
    expect(library.ids).not.toContain('new');
  });

  it('reads the list again when very many changed', async () => {
    const { library, arrive, host } = setUp(5);
    await library.load();
    for (let at = 0; at < 40; at += 1) arrive(`n${at}`);
    await gathered();
    expect(host.sent('pictures.get')).toHaveLength(0);
    expect(library.total).toBe(45);
  });

  it('takes away what is thrown away, and puts back what is restored', async () => {
    const { library } = setUp(5);
    await library.load();
    await library.setTrashed(['p1', 'p3'], true);
    expect(library.ids).toEqual(['p0', 'p2', 'p4']);
    expect(library.total).toBe(3);
    await library.setTrashed(['p3'], false);
    expect(library.ids).toEqual(['p0', 'p2', 'p3', 'p4']);
    await library.show(true);
    expect(library.ids).toEqual(['p1']);
  });

  it('rates in place', async () => {
    const { library } = setUp(3);
    await library.load();
    await library.rate(['p1'], 5);
    expect(library.pictures.map((picture) => picture.rating)).toEqual([0, 5, 0]);
  });

  it('says why it cannot be read', async () => {
    const failure = { sentence: { code: 'E-LIBRARY', params: { text: 'disk' } }, billed: null };
    const library = new Library({ call: vi.fn().mockRejectedValue(failure) });
    await library.load();
    expect(library.phase).toBe('failed');
    expect(library.failure?.sentence.code).toBe('E-LIBRARY');
  });
});
