// Which two pictures are compared, in which way, and how far the sliders are. What is drawn stands in overlay.ts.

import { whyNot, type Mode, type Overlay } from './modes';
import type { Entry } from './steps';

export const GAINS = [1, 2, 4, 8, 16, 32] as const;
/** Milliseconds that each picture stays in blink. None is faster than three flashes a second. */
export const INTERVALS = [400, 700, 1200, 2000] as const;

export class Compare {
  /** The way that was chosen; where it makes no sense the pictures stand side by side until it does again. */
  chosen: Mode = $state('side');
  divider = $state(0.5);
  opacity = $state(0.5);
  gain: number = $state(4);
  interval: number = $state(700);
  /** Blink goes by itself. */
  auto = $state(false);
  /** Blink: the second one has its turn. */
  private turn = $state(false);
  /** A key shows the second one for as long as it is down. */
  held = $state(false);
  /** The one that is compared with the first. */
  private other: string | null = $state(null);
  private pictures: Entry[] = $derived.by(() => this.shown().filter((entry) => entry.picture !== null));

  constructor(private shown: () => Entry[]) {}

  /** The first picture, and the one it is compared with. */
  pair: Entry[] = $derived.by(() => {
    const [a, ...rest] = this.pictures;
    const b = rest.find((entry) => entry.key === this.other) ?? rest[0];
    return a && b ? [a, b] : [];
  });
  mode: Mode = $derived(this.whyNot(this.chosen) === null ? this.chosen : 'side');
  /** There are more than two to choose from. */
  choice: boolean = $derived(this.pictures.length > 2);

  overlay: Overlay | null = $derived.by(() => {
    const { mode, divider, opacity, gain } = this;
    if (mode === 'side') return null;
    const flipped = mode === 'blink' ? this.turn !== this.held : this.held;
    return { mode, divider, opacity, gain, flipped };
  });

  whyNot(mode: Mode): string | null {
    return whyNot(mode, this.pair[0]?.picture ?? null, this.pair[1]?.picture ?? null);
  }

  choose(mode: Mode): void {
    this.chosen = mode;
    this.turn = this.held = false;
  }

  blink(): void {
    this.turn = !this.turn;
  }

  /** Compares the first one with the next of the others. */
  step(by: number): void {
    const others = this.pictures.slice(1);
    const at = others.findIndex((entry) => entry.key === this.pair[1]?.key);
    this.other = others[(at + by + others.length) % others.length]?.key ?? null;
  }

  with(key: string): void {
    this.other = key;
  }

  /** The slider of this mode, one step down or up. */
  adjust(by: number): void {
    if (this.mode === 'swipe') this.divider = bounded(this.divider + by * 0.05);
    else if (this.mode === 'onion') this.opacity = bounded(this.opacity + by * 0.1);
    else if (this.mode === 'difference') this.gain = neighbour(GAINS, this.gain, by);
    else if (this.mode === 'blink') this.interval = neighbour(INTERVALS, this.interval, by);
  }
}

/** Without the dust of binary fractions. */
function bounded(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 1000) / 1000;
}

function neighbour(all: readonly number[], value: number, by: number): number {
  return all[Math.max(0, Math.min(all.length - 1, all.indexOf(value) + by))] ?? value;
}
