import { describe, expect, it } from 'vitest';
import { wheelFactor } from '@/wall/keys';
import { turnOf } from './pinch';

describe('a pinch', () => {
  it('zooms by as much as the fingers say, where they are', () => {
    for (const factor of [0.5, 0.97, 1.02, 2, 10]) {
      const turn = turnOf(factor, 120, 80);
      expect(wheelFactor(turn)).toBeCloseTo(factor, 6);
      expect([turn.clientX, turn.clientY, turn.bubbles]).toEqual([120, 80, true]);
    }
  });
});
