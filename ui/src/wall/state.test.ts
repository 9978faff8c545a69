import { describe, expect, it } from 'vitest';
import type { PictureView } from '@/bindings/api';
import * as data from '../../test/fake-data';
import { FakeHost, type Script } from '../../test/fake-host';
import { Wall } from './state.svelte';

const jobs = [data.doneJob(0, 0, 'a'), data.doneJob(0, 1, 'b'), data.doneJob(1, 0, 'c'), data.job(1, 1)];
const nowhere = { sentence: { code: 'E-NOT-FOUND', params: { what: 'picture', id: 'x' } }, billed: null };

function setUp(answers: Script['answers'] = {}) {
  const host = new FakeHost({ sheets: [data.sheet(jobs)], answers });
  return { host, wall: new Wall(host) };
}
const shown = (wall: Wall) => wall.step?.entries.map((entry) => entry.picture?.id ?? entry.job?.state);
const target = { sheet: null, pictures: null, focus: null };

describe('what the wall compares', () => {
  it('opens a sheet at the row of the picture that was pointed at', async () => {
    const { wall } = setUp();
    await wall.open({ ...target, sheet: 's-1', focus: 'c' });
    expect(wall.at).toBe(1);
    expect(shown(wall)).toEqual(['c', 'queued']);
    wall.go(-5);
    expect(shown(wall)).toEqual(['a', 'b']);
    expect(wall.near.map((entry) => entry.key)).toEqual(['j-1-0', 'j-1-1']);
  });

  it('opens chosen pictures, and says which are missing', async () => {
    const { wall } = setUp({
      'pictures.get': ({ id }) => {
        if (id === 'gone') throw nowhere;
        return data.picture({ id: id ?? '' });
      },
    });
    await wall.open({ ...target, pictures: ['a', 'gone'] });
    expect(wall.step?.entries.map((entry) => entry.picture?.id ?? null)).toEqual(['a', null]);
  });

  it('shows a picture as soon as its job is done', async () => {
    const { wall } = setUp();
    await wall.open({ ...target, sheet: 's-1', focus: 'c' });
    await wall.hear({ type: 'job', job: data.doneJob(1, 1, 'd') });
    expect(shown(wall)).toEqual(['c', 'd']);
    await wall.hear({ type: 'job', job: { ...data.doneJob(1, 1, 'e'), sheet: 's-other' } });
    expect(shown(wall)).toEqual(['c', 'd']);
  });

  it('takes a rating into the pane', async () => {
    const rated = (over: Partial<PictureView>) => data.picture({ id: 'a', ...over });
    const { wall, host } = setUp({ 'pictures.rate': ({ rating }) => rated({ rating: rating ?? 0 }) });
    await wall.open({ ...target, sheet: 's-1' });
    await wall.rate('a', 4);
    expect(host.sent('pictures.rate')).toEqual([{ id: 'a', rating: 4 }]);
    expect(wall.step?.entries[0]?.picture?.rating).toBe(4);
  });

  it('keeps a picture that was thrown away in its pane, marked', async () => {
    const { wall } = setUp({ 'pictures.trash': () => data.picture({ id: 'b', trashed: true }) });
    await wall.open({ ...target, sheet: 's-1' });
    await wall.trash('b');
    expect(shown(wall)).toEqual(['a', 'b']);
    expect(wall.step?.entries[1]?.picture?.trashed).toBe(true);
  });

  it('says why a sheet cannot be shown', async () => {
    const { wall } = setUp({
      'sheets.get': () => {
        throw nowhere;
      },
    });
    await wall.open({ ...target, sheet: 's-9' });
    expect(wall.phase).toBe('failed');
    expect(wall.failure?.sentence.code).toBe('E-NOT-FOUND');
  });

  it('keeps what is heard of a job while the sheet is on its way', async () => {
    let late: (() => void) | undefined;
    const { wall } = setUp({
      'sheets.get': () => new Promise((resolve) => (late = () => resolve(data.sheet(jobs)))),
    });
    const opened = wall.open({ ...target, sheet: 's-1', focus: 'c' });
    await wall.hear({ type: 'job', job: data.doneJob(1, 1, 'd') });
    late?.();
    await opened;
    expect(shown(wall)).toEqual(['c', 'd']);
  });

  it('shows what became of pictures when many changed at once', async () => {
    const { wall, host } = setUp();
    await wall.open({ ...target, sheet: 's-1' });
    (host.script.sheets ?? [])[0] = data.sheet([data.doneJob(0, 0, 'a', { rating: 5 })]);
    await wall.hear({ type: 'pictures' });
    expect(wall.step?.entries[0]?.picture?.rating).toBe(5);
  });

  it('keeps the last one asked for when answers overtake each other', async () => {
    let late: (() => void) | undefined;
    const { wall } = setUp({
      'sheets.get': ({ id }) =>
        id === 'slow'
          ? new Promise((resolve) => (late = () => resolve(data.sheet([], { id: 'slow' }))))
          : data.sheet(jobs),
    });
    const slow = wall.open({ ...target, sheet: 'slow' });
    await wall.open({ ...target, sheet: 's-1' });
    late?.();
    await slow;
    expect(wall.sheet?.id).toBe('s-1');
  });
});
