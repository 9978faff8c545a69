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

type Facts = Pick<
  PictureView,
  'width' | 'height' | 'hash' | 'references' | 'sources' | 'model_used' | 'seed' | 'imported' | 'likeness'
>;

/** Aspects that differ by less are the same one, rounded to whole pixels. */
const SAME_ASPECT = 0.005;
/** In how many of 64 places pictures of one composition differ at most. */
const ALIKE = 10;

/**
 * The catalogue key of why two pictures cannot be compared in this way; null where they can.
 *
 * Onion and difference say something only where the compositions line up, and for the difference one pixel for each
 * pixel.
 */
export function whyNot(mode: Mode, a: Facts | null, b: Facts | null): string | null {
  if (mode === 'side') return null;
  if (!a || !b) return 'wall.why.two';
  if (mode === 'swipe' || mode === 'blink') return null;
  if (!linesUp(a, b)) return 'wall.why.apart';
  if (mode === 'difference') {
    return a.width === b.width && a.height === b.height ? null : 'wall.why.pixels';
  }
  const ratio = a.width / a.height / (b.width / b.height);
  return Math.abs(ratio - 1) < SAME_ASPECT ? null : 'wall.why.shape';
}

/**
 * Edits of one picture, one seed of one model, or two that are seen to be alike. One prompt is not enough: each picture
 * of it has a composition of its own.
 */
function linesUp(a: Facts, b: Facts): boolean {
  return related(a, b) || sameSeed(a, b) || alike(a.likeness, b.likeness);
}

/** One is an edit of the other, or both of a third. */
function related(a: Facts, b: Facts): boolean {
  const ofA = [...a.references, ...a.sources];
  const ofB = [...b.references, ...b.sources];
  return ofA.includes(b.hash) || ofB.includes(a.hash) || ofA.some((hash) => ofB.includes(hash));
}

function sameSeed(a: Facts, b: Facts): boolean {
  const [one, other] = [a, b].map(({ seed, imported }) => seed?.toString() ?? imported?.seed ?? null);
  return one !== null && one === other && a.model_used !== '' && a.model_used === b.model_used;
}

function alike(a: string | null, b: string | null): boolean {
  if (!a || !b) return false;
  let differ = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let places = 0;
  for (; differ > 0n; differ &= differ - 1n) places += 1;
  return places <= ALIKE;
}
