import { describe, expect, it } from 'vitest';
import { FLASH, PRO, picture } from '../../test/fake-data';
import { MODES, whyNot, type Mode } from './modes';

/** Nothing says that it lines up with another one. */
const alone = (name: string, over: Parameters<typeof picture>[0] = {}) =>
  picture({ id: name, hash: name, likeness: null, ...over });
const four = alone('four');
const barred = (a: typeof four, b: typeof four) => MODES.filter((mode) => whyNot(mode, a, b) !== null);

describe('ways to compare', () => {
  it('bars onion and difference where nothing says that compositions line up, one prompt or not', () => {
    const why = (mode: Mode) => whyNot(mode, four, alone('flash', { model_used: FLASH }));
    expect(MODES.map(why)).toEqual([null, null, 'wall.why.apart', null, 'wall.why.apart']);
  });

  it('offers everything for a picture and its edit, sent as it is or smaller, and for two edits of one', () => {
    expect(barred(four, alone('edit', { references: ['x', 'four'], prompt: 'at dusk' }))).toEqual([]);
    expect(barred(alone('edit', { references: ['small'], sources: ['four'] }), four)).toEqual([]);
    const edit = alone('edit', { references: ['base'], model_used: FLASH });
    expect(barred(edit, alone('other', { references: ['base'] }))).toEqual([]);
    expect(barred(edit, alone('other', { sources: ['base'] }))).toEqual([]);
  });

  it('offers everything for one seed of one model, from outside too, and not for one seed of two models', () => {
    const seeded = alone('one', { seed: 7 });
    expect(barred(seeded, alone('two', { seed: 7 }))).toEqual([]);
    expect(barred(seeded, alone('two', { seed: 8 }))).toEqual(['onion', 'difference']);
    expect(barred(seeded, alone('two', { seed: 7, model_used: FLASH }))).toEqual(['onion', 'difference']);
    const outside = {
      file: 'a.png',
      at_ms: 0,
      tool: 'a1111' as const,
      negative: null,
      size: null,
      seed: '7',
    };
    expect(barred(seeded, alone('two', { imported: outside, model_used: PRO }))).toEqual([]);
    const unknown = alone('three', { imported: outside, model_used: '' });
    expect(barred(unknown, alone('four', { imported: outside, model_used: '' }))).toEqual([
      'onion',
      'difference',
    ]);
  });

  it('offers everything for two that are seen to be alike, whoever made them', () => {
    const seen = (likeness: string) => alone(likeness, { likeness, model_used: FLASH });
    expect(barred(seen('f0f0f0f0f0f0f0f0'), seen('f0f0f0f0f0f0f3ff'))).toEqual([]);
    expect(barred(seen('f0f0f0f0f0f0f0f0'), seen('f0f0f0f0f0f0ffff'))).toEqual([]);
    expect(barred(seen('f0f0f0f0f0f0f0f0'), seen('f0f0f0f0f0ffffff'))).toEqual(['onion', 'difference']);
  });

  it('lays pictures of one shape over each other, but takes no difference of different pixels', () => {
    const edit = (over: object) => alone('edit', { references: ['four'], ...over });
    const one = edit({ width: 1376, height: 768 });
    expect(whyNot('onion', four, one)).toBeNull();
    expect(whyNot('difference', four, one)).toBe('wall.why.pixels');
    expect(whyNot('onion', four, edit({ width: 3072, height: 5504 }))).toBe('wall.why.shape');
  });

  it('needs two pictures for all but side by side', () => {
    expect(MODES.map((mode) => whyNot(mode, four, null) === null)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
