import { describe, expect, it } from 'vitest';
import { released } from './released';

describe('an image that goes away', () => {
  it('lets go of its picture, and only then', () => {
    const image = document.createElement('img');
    image.src = 'diptych://localhost/picture/p1/thumb';
    const leave = released(image);
    expect(image.hasAttribute('src')).toBe(true);
    leave?.();
    expect(image.hasAttribute('src')).toBe(false);
  });
});
