import { describe, expect, it } from 'vitest';
import { doneJob, job } from '../../test/fake-data';
import { Compare } from './compare.svelte';
import { ofJob, type Entry } from './steps';

const entry = (name: string, over = {}) => ofJob({ ...doneJob(0, 0, name, over), id: name });
const setUp = (entries: Entry[]) => new Compare(() => entries);
const keys = (compare: Compare) => compare.pair.map((one) => one.key);

describe('a comparison of two', () => {
  it('compares the first with the next, or with the one that was chosen', () => {
    const compare = setUp([entry('a'), ofJob(job(0, 1)), entry('b'), entry('c')]);
    expect(keys(compare)).toEqual(['a', 'b']);
    compare.step(1);
    expect(keys(compare)).toEqual(['a', 'c']);
    compare.step(1);
    expect(keys(compare)).toEqual(['a', 'b']);
    compare.with('c');
    expect(keys(compare)).toEqual(['a', 'c']);
    expect(compare.choice).toBe(true);
  });

  it('falls back to side by side where the way makes no sense', () => {
    const compare = setUp([entry('a'), entry('b', { likeness: '0f0f0f0f0f0f0f0f' }), entry('c')]);
    compare.choose('difference');
    expect(compare.mode).toBe('side');
    expect(compare.whyNot('difference')).toBe('wall.why.apart');
    compare.step(1);
    expect(compare.mode).toBe('difference');
    expect(setUp([entry('a')]).whyNot('swipe')).toBe('wall.why.two');
  });

  it('shows the other one while the key is held; in blink that is the one whose turn it is not', () => {
    const compare = setUp([entry('a'), entry('b')]);
    compare.choose('swipe');
    expect(compare.overlay?.flipped).toBe(false);
    compare.held = true;
    expect(compare.overlay?.flipped).toBe(true);
    compare.choose('blink');
    compare.blink();
    expect(compare.overlay?.flipped).toBe(true);
    compare.held = true;
    expect(compare.overlay?.flipped).toBe(false);
  });

  it('moves the slider of the mode, and stops at its ends', () => {
    const compare = setUp([entry('a'), entry('b')]);
    compare.choose('swipe');
    for (let press = 0; press < 12; press += 1) compare.adjust(1);
    expect(compare.divider).toBe(1);
    compare.choose('onion');
    compare.adjust(-1);
    expect(compare.opacity).toBe(0.4);
    compare.choose('difference');
    compare.adjust(1);
    expect(compare.gain).toBe(8);
    compare.choose('blink');
    for (let press = 0; press < 9; press += 1) compare.adjust(-1);
    expect(compare.interval).toBe(400);
  });
});
