// The difference of two pictures as far as it is looked at: lossless squares of both, compared as they come.
// Nothing here is made from an overview: what is shown is exact, also from far away.

import { cropPath } from './crops';
import { amplified, blockFor, difference, peakWithin, type Difference } from './difference';
import { tileKey, tilesIn } from './grid';
import { loadReadable, type Load } from './loader';
import { canvasOf, pixelsOf } from './pixels';
import { touches } from './tiles';
import type { Point, Rect, Size } from './viewport';

interface Pair {
  a: string;
  b: string;
  size: Size;
  /** By how many pixels what lies over a pixel of A is further right and down in B: the two may be nudged. */
  shift: Point;
}

interface Square {
  tile: Rect;
  block: number;
  found: Difference;
  canvas: HTMLCanvasElement | null;
}

/** Squares that are fetched at once. */
const LANES = 3;

export class Differ {
  /** Of the squares in sight, compared and in all. */
  done = $state(0);
  wanted = $state(0);
  failed = $state(0);
  /** Nothing of B lies over what is seen of A. */
  apart = $state(false);
  /** Largest difference of what is in sight, 0 to 255. */
  max = $state(0);
  private squares = new Map<string, Square>();
  private waiting: Rect[] = [];
  private missing = new Set<string>();
  /** On their way, and how closely they will be compared. */
  private coming = new Map<string, number>();
  private pair: Pair | null = null;
  private visible: Rect | null = null;
  private block = 1;
  private gain = 1;
  private turn = new AbortController();
  private running = 0;

  constructor(
    private url: (path: string) => string,
    private changed: () => void,
    private load: Load = loadReadable,
    private read: (bitmap: ImageBitmap) => Uint8ClampedArray = pixelsOf,
  ) {}

  /** The viewport rests here: compares what is in sight, forgets what is not. */
  rest(pair: Pair, visible: Rect | null, scale: number): void {
    if (!this.pair || !same(this.pair, pair)) this.clear();
    this.pair = pair;
    this.visible = visible;
    this.block = blockFor(scale);
    const parts = visible ? tilesIn(pair.size, visible).flatMap((tile) => covered(tile, pair)) : [];
    const tiles = parts.filter((part) => visible && touches(part, visible));
    this.apart = visible !== null && tiles.length === 0;
    const seen = new Set(tiles.map((tile) => this.key(tile)));
    for (const key of this.squares.keys()) if (!seen.has(key)) this.squares.delete(key);
    this.waiting = tiles.filter((tile) => !this.settled(this.key(tile)));
    this.wanted = tiles.length;
    this.count();
    while (this.running < LANES && this.waiting.length > 0) void this.work();
  }

  amplify(gain: number): void {
    if (gain === this.gain) return;
    this.gain = gain;
    for (const square of this.squares.values()) square.canvas = null;
  }

  /** Draws the squares; where none is yet, nothing. */
  paint(context: CanvasRenderingContext2D, origin: Point, scale: number): void {
    for (const square of this.squares.values()) {
      const { tile, block, found } = square;
      square.canvas ??= canvasOf(amplified(found, this.gain), found);
      // On whole pixels, or the seams would show.
      const left = Math.round(origin.x + tile.x * scale);
      const top = Math.round(origin.y + tile.y * scale);
      const right = Math.round(origin.x + (tile.x + tile.width) * scale);
      const bottom = Math.round(origin.y + (tile.y + tile.height) * scale);
      context.imageSmoothingEnabled = block * scale < 1;
      context.drawImage(square.canvas, left, top, right - left, bottom - top);
    }
  }

  clear(): void {
    this.turn.abort();
    this.turn = new AbortController();
    this.squares.clear();
    this.missing.clear();
    this.coming.clear();
    this.waiting = [];
    this.pair = null;
    this.apart = false;
    this.running = this.done = this.wanted = this.failed = this.max = 0;
  }

  private async work(): Promise<void> {
    const { turn } = this;
    this.running += 1;
    for (let tile = this.waiting.shift(); tile && this.pair; tile = this.waiting.shift()) {
      await this.compare(this.pair, tile, turn.signal);
      if (turn.signal.aborted) return;
      this.count();
      this.changed();
    }
    this.running -= 1;
  }

  private async compare(pair: Pair, tile: Rect, signal: AbortSignal): Promise<void> {
    const { block } = this;
    this.coming.set(this.key(tile), block);
    const under = { ...tile, x: tile.x + pair.shift.x, y: tile.y + pair.shift.y };
    const paths = [cropPath(pair.a, tile), cropPath(pair.b, under)];
    const answers = await Promise.allSettled(paths.map((path) => this.load(this.url(path), signal)));
    const bitmaps = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    try {
      if (signal.aborted) return;
      this.coming.delete(this.key(tile));
      const [a, b] = bitmaps;
      if (!a || !b) throw new Error('one of the two is missing');
      const found = difference(this.read(a), this.read(b), tile.width, tile.height, block);
      this.squares.set(this.key(tile), { tile, block, found, canvas: null });
    } catch {
      // Said in one line with the others, and left empty: a guess would be worse.
      this.missing.add(this.key(tile));
    } finally {
      for (const bitmap of bitmaps) bitmap.close();
    }
  }

  private settled(key: string): boolean {
    const { squares, coming, missing, block } = this;
    return squares.get(key)?.block === block || coming.get(key) === block || missing.has(key);
  }

  private count(): void {
    const fitting = [...this.squares.values()].filter((square) => square.block === this.block);
    this.done = fitting.length;
    this.failed = this.missing.size;
    this.max = fitting.reduce((most, square) => Math.max(most, this.peakOf(square)), 0);
  }

  /** Of the part that is seen: the square may reach further. */
  private peakOf({ tile, block, found }: Square): number {
    if (!this.visible) return 0;
    const { x, y, width, height } = this.visible;
    const part = {
      x: (x - tile.x) / block,
      y: (y - tile.y) / block,
      width: width / block,
      height: height / block,
    };
    return peakWithin(found, part);
  }

  private key(tile: Rect): string {
    return tileKey('', tile);
  }
}

const same = (one: Pair, other: Pair): boolean =>
  one.a === other.a && one.b === other.b && one.shift.x === other.shift.x && one.shift.y === other.shift.y;

/** The part of a square of A that B lies over: beyond B's edge there is nothing to compare with. */
function covered(tile: Rect, { size, shift }: Pair): Rect[] {
  const left = Math.max(tile.x, -shift.x);
  const top = Math.max(tile.y, -shift.y);
  const width = Math.min(tile.x + tile.width, size.width - shift.x) - left;
  const height = Math.min(tile.y + tile.height, size.height - shift.y) - top;
  return width > 0 && height > 0 ? [{ x: left, y: top, width, height }] : [];
}
