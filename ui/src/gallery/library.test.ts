import { describe, expect, it, vi } from 'vitest';
import type { PictureFilter, PictureView } from '@/bindings/api';
import * as data from '../../test/fake-data';
import { FakeHost } from '../../test/fake-host';
import { ANY } from './filter';
import { Library } from './library.svelte';

/** A library of `n` pictures, newest first. */
function setUp(n: number) {
  const pictures: PictureView[] = Array.from({ length: n }, (_, at) =>
    data.picture({
      id: `p${n - at}`,
      seq: n - at,
      sheet: `s${at % 3}`,
      prompt: at % 2 ? 'a fox' : 'a hill',
    }),
  );
  const host = new FakeHost({ pictures });
  const library = new Library(host);
  function arrive(over: Partial<PictureView> = {}): void {
    const seq = Math.max(0, ...host.pictures.all.map((one) => one.seq)) + 1;
    const one = data.picture({ id: `p${seq}`, seq, prompt: 'a hill', ...over });
    host.pictures.all = [one, ...host.pictures.all];
    library.hear({ type: 'picture', id: one.id });
  }
  const ask = (filter: Partial<PictureFilter>, bySheet = false) =>
    library.ask({ filter: { ...ANY, ...filter }, sort: 'newest', bySheet });
  return { host, library, arrive, ask };
}

const gathered = () => new Promise((resolve) => setTimeout(resolve, 180));

describe('the list of pictures', () => {
  it('shows the first rows, then knows all of them', async () => {
    const { library, host } = setUp(10_000);
    let list = () => {};
    const call = host.call.bind(host);
    vi.spyOn(host, 'call').mockImplementation(async (command, args) => {
      const { page } = args as { page: boolean };
      if (!page) await new Promise<void>((come) => (list = come));
      return call(command, args);
    });
    const loaded = library.load();
    await gathered();
    expect(library.phase).toBe('ready');
    expect(library.at(0)?.id).toBe('p10000');
    expect(library.whole).toBe(false);
    list();
    await loaded;
    expect(library.whole).toBe(true);
    expect(library.total).toBe(10_000);
    expect(library.seqs[9_999]).toBe(1);
    expect(library.at(59)?.id).toBe('p9941');
    expect(library.at(60)).toBeUndefined();
    expect(host.calls).toHaveLength(2);
  });

  it('asks once where the first rows are all there are', async () => {
    const { library, host } = setUp(7);
    await library.load();
    expect(library.whole).toBe(true);
    expect(library.total).toBe(7);
    expect(host.calls).toHaveLength(1);
  });

  it('jumps anywhere: first what is looked at, then what is around, and no row twice', async () => {
    const { library, host } = setUp(10_000);
    await library.load();
    await Promise.all([library.show(7_000, 7_040), library.show(7_000, 7_040)]);
    expect(library.at(7_039)?.seq).toBe(2_961);
    expect(library.holds(7_000, 7_041)).toBe(false);
    await library.prepare(7_000, 7_040);
    expect(library.holds(6_990, 7_050)).toBe(true);
    await library.show(7_000, 7_040);
    expect(host.sent('pictures.rows').map(({ seqs }) => seqs?.length)).toEqual([40, 80]);
  });

  it('asks now and then while somebody scrolls slowly', async () => {
    const { library, host } = setUp(10_000);
    await library.load();
    for (let from = 4_000; from < 4_600; from += 8) {
      await library.show(from, from + 40);
      await library.prepare(from, from + 40);
    }
    const asked = host.sent('pictures.rows');
    expect(asked[0]?.seqs).toHaveLength(40);
    expect(asked.length).toBeLessThan(14);
  });

  it('asks once for what is gone', async () => {
    const { library, host } = setUp(100);
    await library.load();
    host.pictures.all = host.pictures.all.filter((one) => one.seq !== 10);
    await library.show(80, 100);
    await library.show(80, 100);
    expect(library.row(10)).toBeUndefined();
    const asked = host.sent('pictures.rows').flatMap(({ seqs }) => seqs ?? []);
    expect(asked.filter((seq) => seq === 10)).toHaveLength(1);
  });

  it('searches, and drops an answer that was overtaken', async () => {
    const { library, ask } = setUp(300);
    await library.load();
    await Promise.all([ask({ search: 'fox' }), ask({ search: 'hill' })]);
    expect(library.total).toBe(150);
    expect(library.at(0)?.prompt).toBe('a hill');
  });

  it('stands by sheet where that is wanted', async () => {
    const { library, ask } = setUp(9);
    await ask({}, true);
    expect([...library.groups]).toEqual([3, 3, 3]);
    expect([...library.seqs]).toEqual([9, 6, 3, 8, 5, 2, 7, 4, 1]);
  });

  it('lets new pictures in at the top', async () => {
    const { library, arrive } = setUp(5);
    await library.load();
    arrive();
    await gathered();
    expect(library.seqs[0]).toBe(6);
    expect(library.waiting).toBe(0);
  });

  it('keeps them waiting while somebody looks further down', async () => {
    const { library, arrive } = setUp(500);
    await library.load();
    library.atTop = () => false;
    arrive();
    arrive();
    await gathered();
    expect([library.waiting, library.seqs[0], library.total]).toEqual([2, 500, 500]);
    arrive();
    await gathered();
    expect(library.waiting).toBe(3);
    library.admit();
    expect([...library.seqs.subarray(0, 4)]).toEqual([503, 502, 501, 500]);
    expect(library.waiting).toBe(0);
  });

  it('leaves out new pictures that the search does not want', async () => {
    const { library, arrive, ask } = setUp(5);
    await ask({ search: 'fox' });
    arrive();
    await gathered();
    expect(library.seqs).not.toContain(6);
  });

  it('reads again what many changes have touched', async () => {
    const { library, host } = setUp(5);
    await library.load();
    host.pictures.change({ seqs: [5], rating: 3 });
    library.hear({ type: 'pictures' });
    await gathered();
    await library.show(0, 5);
    expect(library.at(0)?.rating).toBe(3);
  });

  it('waits for rows that somebody else has asked for, and takes none that a change has outdated', async () => {
    const { library, host } = setUp(5);
    await library.load();
    host.script.answers = {
      'pictures.rows': async ({ seqs }) => {
        const rows = structuredClone(host.pictures.all.filter((one) => seqs?.includes(one.seq)));
        await new Promise((come) => setTimeout(come, 20));
        return rows;
      },
    };
    await library.change([5], { rating: 3 });
    void library.show(0, 5);
    expect((await library.fetch([5]))[0]?.rating).toBe(3);
    library.hear({ type: 'pictures' });
    await gathered();
    void library.show(0, 5);
    await library.change([5], { rating: 1 });
    expect((await library.fetch([5]))[0]?.rating).toBe(1);
  });

  it('takes away what is thrown away, and puts back what is restored', async () => {
    const { library, ask } = setUp(5);
    await library.load();
    await library.change([4, 2], { trashed: true });
    expect([...library.seqs]).toEqual([5, 3, 1]);
    await library.change([2], { trashed: false });
    expect([...library.seqs]).toEqual([5, 3, 2, 1]);
    await ask({ trash: true });
    expect([...library.seqs]).toEqual([4]);
  });

  it('says why it cannot be read, and tries again', async () => {
    const failure = { sentence: { code: 'E-LIBRARY', params: { text: 'disk' } }, billed: null };
    const library = new Library({ call: vi.fn().mockRejectedValue(failure) });
    await library.load();
    expect(library.phase).toBe('failed');
    expect(library.failure).toEqual(failure);
  });

  it('fills itself again once the library answers, and nobody has to press anything', async () => {
    const { library, host, arrive } = setUp(300);
    await library.load();
    host.pictures.change({ seqs: [300], rating: 3 });
    library.hear({ type: 'pictures' });
    host.script.answers = { 'pictures.rows': () => Promise.reject(new Error('gone')) };
    await gathered();
    await library.show(0, 20);
    await library.show(100, 120);
    expect(library.failure).not.toBeNull();
    host.script.answers = {};
    arrive();
    await gathered();
    expect(library.failure).toBeNull();
    await library.show(0, 20);
    await library.show(100, 120);
    expect(library.row(300)?.rating).toBe(3);
    expect(library.at(110)).toBeDefined();
  });

  it('keeps the list where only rows cannot be read', async () => {
    const { library, host } = setUp(300);
    await library.load();
    host.script.answers = { 'pictures.rows': () => Promise.reject(new Error('gone')) };
    await library.show(100, 120);
    expect([library.phase, library.failure !== null]).toEqual(['ready', true]);
    host.script.answers = {};
    library.retry();
    await library.show(100, 120);
    expect(library.at(110)?.seq).toBe(190);
  });
});
