// Ways to compare, and where they make sense.

import type { PictureView } from '@/bindings/api';

export const MODES = ['side', 'swipe', 'onion', 'blink', 'difference'] as const;
export type Mode = (typeof MODES)[number];

/** One picture over another, and what is seen of which. */
export interface Overlay {
  mode: Exclude<Mode, 'side'>;
  /** Swipe: where the second picture begins, 0 to 1 of the pane. */
  divider: number;
  /** Onion: how much of the second picture is seen, 0 to 1. */
  opacity: number;
  /** Difference: how many times larger than it is. */
  gain: number;
  /** The second picture alone: in blink its turn, else as long as the key is held. */
  flipped: boolean;
}

type Facts = Pick<PictureView, 'width' | 'height' | 'prompt'>;

/** Aspects that differ by less are the same one, rounded to whole pixels. */
const SAME_ASPECT = 0.005;

/**
 * The catalogue key of why two pictures cannot be compared in this way; null where they can.
 *
 * Onion and difference say something only where the compositions line up. A picture does not tell its seed or what it
 * is an edit of, so what counts is what it does tell: one prompt, one shape, and for the difference one pixel for each
 * pixel.
 */
export function whyNot(mode: Mode, a: Facts | null, b: Facts | null): string | null {
  if (mode === 'side') return null;
  if (!a || !b) return 'wall.why.two';
  if (mode === 'swipe' || mode === 'blink') return null;
  if (a.prompt !== b.prompt) return 'wall.why.prompt';
  if (mode === 'difference') {
    return a.width === b.width && a.height === b.height ? null : 'wall.why.pixels';
  }
  const ratio = a.width / a.height / (b.width / b.height);
  return Math.abs(ratio - 1) < SAME_ASPECT ? null : 'wall.why.shape';
}
