import { describe, expect, it } from 'vitest';
import { doneJob, job, sheet } from '../../test/fake-data';
import { arranged, hasBoth, ofMissing, pictureSteps, sheetSteps, sizeOf, stepWith } from './steps';

const grid = (rows: number, columns: number) =>
  sheet(
    Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      return doneJob(row, column, `p-${row}-${column}`);
    }),
  );
const ids = (step: { entries: { picture: { id: string } | null }[] } | undefined) =>
  step?.entries.map((entry) => entry.picture?.id);

describe('steps of the wall', () => {
  it('goes row by row: the same repeat over all models', () => {
    const steps = sheetSteps(grid(3, 2));
    expect(steps).toHaveLength(3);
    expect(ids(steps[1])).toEqual(['p-1-0', 'p-1-1']);
    expect(steps[1]?.line).toBe(1);
  });

  it('goes column by column: one model over all repeats', () => {
    const steps = sheetSteps(grid(3, 2), 'column');
    expect(steps.map((step) => step.line)).toEqual([0, 1]);
    expect(ids(steps[1])).toEqual(['p-0-1', 'p-1-1', 'p-2-1']);
    expect(hasBoth(grid(3, 2))).toBe(true);
    expect(hasBoth(grid(3, 1))).toBe(false);
  });

  it('puts panes where they were put, and the pinned one first', () => {
    const entries = ['a', 'b', 'c'].map(ofMissing);
    const keys = (order: number[], pinned: string | null) =>
      arranged(entries, order, pinned === null ? null : ofMissing(pinned)).map((entry) => entry.key);
    expect(keys([1, 0, 2], null)).toEqual(['b', 'a', 'c']);
    expect(keys([1, 0], null)).toEqual(['a', 'b', 'c']);
    expect(keys([1, 0, 2], 'c')).toEqual(['c', 'b', 'a']);
    expect(keys([], 'z')).toEqual(['z', 'a', 'b', 'c']);
    const nine = Array.from({ length: 9 }, (_, at) => ofMissing(String(at)));
    expect(arranged(nine, [], ofMissing('z'))).toHaveLength(9);
  });

  it('takes a sheet of one row or one model as a whole', () => {
    expect(ids(sheetSteps(grid(1, 4))[0])).toHaveLength(4);
    const repeats = sheetSteps(grid(4, 1));
    expect(repeats).toHaveLength(1);
    expect(ids(repeats[0])).toHaveLength(4);
  });

  it('keeps the order of columns however the jobs arrive', () => {
    const { jobs, ...rest } = grid(2, 3);
    expect(ids(sheetSteps({ ...rest, jobs: jobs.toReversed() })[0])).toEqual(['p-0-0', 'p-0-1', 'p-0-2']);
  });

  it('spreads more than nine evenly over pages', () => {
    const steps = pictureSteps(Array.from({ length: 10 }, (_, at) => ofMissing(String(at))));
    expect(steps.map((step) => step.entries.length)).toEqual([5, 5]);
    expect(pictureSteps([])).toEqual([]);
  });

  it('finds the step that shows a picture', () => {
    const steps = sheetSteps(grid(3, 2));
    expect(stepWith(steps, 'p-2-1')).toBe(2);
    expect(stepWith(steps, 'gone')).toBe(0);
    expect(stepWith(steps, null)).toBe(0);
  });

  it('knows the pixels a waiting job will have', () => {
    const [step] = sheetSteps(sheet([job(0, 0, { width: 2048, height: 2048 })]));
    expect(step && sizeOf(step.entries[0] ?? ofMissing('x'))).toEqual({ width: 2048, height: 2048 });
    expect(sizeOf(ofMissing('x'))).toEqual({ width: 0, height: 0 });
  });
});
