import { describe, expect, it } from 'vitest';
import { MODES, whyNot, type Mode } from './modes';

const four = { width: 5504, height: 3072, prompt: 'hills' };
const one = { width: 1376, height: 768, prompt: 'hills' };
const why = (mode: Mode, b: typeof four | null) => whyNot(mode, four, b);

describe('ways to compare', () => {
  it('offers everything for two pictures of one prompt and size', () => {
    expect(MODES.map((mode) => why(mode, { ...four }))).toEqual([null, null, null, null, null]);
  });

  it('lays pictures of one shape over each other, but takes no difference of different pixels', () => {
    expect(why('onion', one)).toBeNull();
    expect(why('onion', { ...four, width: 3072, height: 5504 })).toBe('wall.why.shape');
    expect(why('difference', one)).toBe('wall.why.pixels');
  });

  it('does not compare what was asked differently, except side by side, by swipe and by blink', () => {
    const other = { ...four, prompt: 'sea' };
    const barred = MODES.filter((mode) => why(mode, other) === 'wall.why.prompt');
    expect(barred).toEqual(['onion', 'difference']);
  });

  it('needs two pictures for all but side by side', () => {
    expect(MODES.map((mode) => why(mode, null) === null)).toEqual([true, false, false, false, false]);
  });
});
