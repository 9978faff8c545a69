import { describe, expect, it } from 'vitest';
import { amplified, blockFor, difference, peakWithin } from './difference';

/** RGBA of so many grey pixels. */
const grey = (values: number[]) => new Uint8ClampedArray(values.flatMap((one) => [one, one, one, 255]));

describe('the difference of two pictures', () => {
  it('is nothing between a picture and itself', () => {
    const picture = grey([0, 17, 128, 255]);
    const none = difference(picture, picture.slice(), 2, 2, 1);
    expect(Math.max(...none.peak)).toBe(0);
    expect([...none.mean]).toEqual(Array(12).fill(0));
  });

  it('is exact per pixel and channel, whichever is brighter', () => {
    const a = new Uint8ClampedArray([10, 200, 0, 255, 255, 0, 7, 255]);
    const b = new Uint8ClampedArray([13, 190, 0, 255, 0, 255, 6, 255]);
    const one = difference(a, b, 2, 1, 1);
    expect([...one.mean].map((value) => value / 256)).toEqual([3, 10, 0, 255, 255, 1]);
    expect([...one.peak]).toEqual([10, 255]);
    expect(difference(b, a, 2, 1, 1)).toEqual(one);
  });

  it('takes the mean of each block, and of what there is of it at the edges', () => {
    const a = grey([4, 0, 9, 0, 0, 9, 1, 1, 30]);
    const b = grey(Array(9).fill(0));
    const halves = difference(a, b, 3, 3, 2);
    expect([halves.width, halves.height]).toEqual([2, 2]);
    const reds = [...halves.mean].filter((_, at) => at % 3 === 0).map((value) => value / 256);
    expect(reds).toEqual([1, 9, 1, 30]);
    expect([...halves.peak]).toEqual([4, 9, 1, 30]);
  });

  it('keeps a single faint pixel among many until the gain brings it out', () => {
    const a = grey(Array(256).fill(100));
    const b = a.slice();
    b[0] = 108;
    const one = difference(a, b, 16, 16, 16);
    expect(one.mean[0]).toBe(8);
    expect(amplified(one, 32)[0]).toBe(1);
  });

  it('finds the largest of a part, and nothing of what lies beside it', () => {
    const a = grey([4, 0, 9, 0, 0, 9, 1, 1, 30]);
    const one = difference(a, grey(Array(9).fill(0)), 3, 3, 1);
    expect(peakWithin(one, { x: 0, y: 0, width: 3, height: 3 })).toBe(30);
    expect(peakWithin(one, { x: -5, y: 0, width: 6.2, height: 2 })).toBe(4);
    expect(peakWithin(one, { x: 1.9, y: 0, width: 9, height: 1.5 })).toBe(9);
    expect(peakWithin(one, { x: 7, y: 7, width: 2, height: 2 })).toBe(0);
  });

  it('amplifies without overflowing, and is opaque', () => {
    const one = difference(grey([100, 3]), grey([0, 0]), 2, 1, 1);
    expect([...amplified(one, 4)]).toEqual([255, 255, 255, 255, 12, 12, 12, 255]);
  });

  it('looks as closely as the screen shows', () => {
    expect([4, 1, 0.51, 0.5, 0.26, 0.25, 0.13, 0.01].map(blockFor)).toEqual([1, 1, 1, 2, 2, 4, 4, 16]);
  });
});
