import { describe, expect, it } from 'vitest';
import type { ReviewTarget } from '@/state/nav.svelte';
import { Studio } from '@/state/studio.svelte';
import * as data from '../../test/fake-data';
import { FakeHost, type Script } from '../../test/fake-host';
import { Review } from './state.svelte';

const jobs = ['a', 'b', 'c'].map((name, row) => data.doneJob(row, 0, name));
const target: ReviewTarget = { sheet: null, pictures: null, focus: null };

async function setUp(over: Partial<ReviewTarget>, answers: Script['answers'] = {}) {
  const host = new FakeHost({ sheets: [data.sheet(jobs)], answers });
  const studio = new Studio(host);
  await studio.start();
  const review = new Review(studio);
  await review.open({ ...target, ...over });
  await settle();
  return { host, studio, review };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));
const told = (host: FakeHost) =>
  host.calls
    .filter((call) => /rate|trash|restore/.test(call.command))
    .map((call) => [call.command, call.args]);

describe('a review', () => {
  it('takes a sheet in its order, without what is in the trash already', async () => {
    const trashed = data.doneJob(0, 1, 'gone', { trashed: true });
    const { review } = await setUp(
      { sheet: 's-1' },
      { 'sheets.get': () => data.sheet([...jobs].reverse().concat(trashed, data.job(1, 1))) },
    );
    expect(review.ids).toEqual(['a', 'b', 'c']);
  });

  it('goes on at once and tells the library in order', async () => {
    const { host, review } = await setUp({ sheet: 's-1' });
    review.decide('rejected');
    review.decide(4);
    review.decide('kept');
    expect(review.finished).toBe(true);
    expect(review.tally).toMatchObject({ decided: 3, kept: 1, rejected: 1 });
    await review.settled();
    expect(told(host)).toEqual([
      ['pictures.trash', { id: 'a' }],
      ['pictures.rate', { id: 'b', rating: 4 }],
    ]);
  });

  it('takes verdicts back one by one, in the library as well', async () => {
    const { host, review } = await setUp({ sheet: 's-1' });
    review.decide(5);
    review.decide('rejected');
    review.undo();
    expect(review.id).toBe('b');
    expect(review.verdict).toBeNull();
    review.undo();
    await review.settled();
    expect(told(host).slice(2)).toEqual([
      ['pictures.restore', { id: 'b' }],
      ['pictures.rate', { id: 'a', rating: 0 }],
    ]);
    expect(review.tally.decided).toBe(0);
    review.undo();
    expect(review.at).toBe(0);
  });

  it('changes a verdict when one comes back to a picture, and undoes to the first one', async () => {
    const { host, review } = await setUp({ sheet: 's-1' });
    review.decide('rejected');
    review.go(-1);
    review.decide(3);
    expect(review.tally).toMatchObject({ decided: 1, rejected: 0 });
    review.undo();
    expect(review.verdict).toBe('rejected');
    await review.settled();
    expect(told(host).map(([command]) => command)).toEqual([
      'pictures.trash',
      'pictures.restore',
      'pictures.rate',
      'pictures.trash',
      'pictures.rate',
    ]);
  });

  it('says when the library refuses, and counts that picture as open again', async () => {
    const { studio, review } = await setUp(
      { sheet: 's-1' },
      {
        'pictures.trash': () => {
          throw { sentence: { code: 'E-NO-ROOM', params: {} }, billed: null };
        },
      },
    );
    review.decide('rejected');
    review.decide('kept');
    await review.settled();
    expect(studio.notices.list).toHaveLength(1);
    expect([...review.verdicts]).toEqual([['b', 'kept']]);
    review.firstOpen();
    expect(review.id).toBe('a');
    expect(review.picture?.trashed).toBe(false);
  });

  it('hears what becomes of its pictures elsewhere, so that a verdict says all that is new', async () => {
    const { host, review } = await setUp({ sheet: 's-1' });
    await host.call('pictures.trash', { id: 'a' });
    host.emit({ type: 'picture', id: 'a' });
    await settle();
    expect(review.picture?.trashed).toBe(true);
    review.decide('kept');
    await host.call('pictures.rate', { id: 'b', rating: 2 });
    host.emit({ type: 'pictures' });
    await settle();
    expect(review.picture?.rating).toBe(2);
    await review.settled();
    expect(told(host)).toContainEqual(['pictures.restore', { id: 'a' }]);
  });

  it('does not let an older answer take back a verdict', async () => {
    let answer: (() => void) | undefined;
    const { host, review } = await setUp(
      { sheet: 's-1' },
      {
        'pictures.get': ({ id }) =>
          new Promise((resolve) => (answer = () => resolve(data.picture({ id: id ?? '' })))),
      },
    );
    host.emit({ type: 'picture', id: 'a' });
    await settle();
    review.decide('rejected');
    answer?.();
    await settle();
    expect(review.pictures.get('a')?.trashed).toBe(true);
  });

  it('knows the next ones before they are wanted, and not all five hundred', async () => {
    const pictures = Array.from({ length: 500 }, (_, at) => `p${at}`);
    const { host, review } = await setUp({ pictures });
    expect(review.near.map((picture) => picture.id)).toEqual(['p1', 'p2']);
    expect(host.sent('pictures.get')).toHaveLength(6);
    review.decide('kept');
    await settle();
    expect(host.sent('pictures.get')).toHaveLength(7);
  });

  it('does not decide about what is not there', async () => {
    const { host, review } = await setUp(
      { pictures: ['gone', 'a'] },
      {
        'pictures.get': ({ id }) => {
          if (id === 'gone') throw new Error('not found');
          return data.picture({ id: id ?? '' });
        },
      },
    );
    expect(review.missing).toBe(true);
    review.decide('rejected');
    expect(review.at).toBe(0);
    review.go(1);
    expect(review.id).toBe('a');
    expect(told(host)).toEqual([]);
  });
});
