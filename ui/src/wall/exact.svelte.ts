// Lossless squares around what is looked at closely: for the loupe, and to read pixels from. Only what is wanted now is
// asked for; what was wanted before stays as long as there is room.

import { cropPath } from './crops';
import { tileKey, tilesIn } from './grid';
import { loadReadable, type Load } from './loader';
import { pixelOf } from './pixels';
import type { Point, Rect, Size } from './viewport';

export interface Part {
  id: string;
  size: Size;
  rect: Rect;
}

export interface Square {
  tile: Rect;
  bitmap: ImageBitmap;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** Squares that are kept: of 512 × 512 pixels they are one MiB each. */
const KEPT = 48;
/** Squares that are fetched at once. */
const LANES = 3;

interface Wish {
  key: string;
  id: string;
  tile: Rect;
}

export class Exact {
  /** Grows with every square that comes. */
  private version = $state(0);
  /** Least recently wanted first. */
  private squares = new Map<string, Square>();
  private wishes: Wish[] = [];
  private coming = new Set<string>();
  private missing = new Set<string>();
  private stop = new AbortController();

  constructor(
    private url: (path: string) => string,
    private changed: () => void,
    private load: Load = loadReadable,
    private readOne: (bitmap: ImageBitmap, x: number, y: number) => Colour = pixelOf,
  ) {}

  /** These and no others, the first ones first. */
  want(parts: Part[]): void {
    const wishes = parts.flatMap(({ id, size, rect }) =>
      tilesIn(size, rect).map((tile) => ({ key: tileKey(id, tile), id, tile })),
    );
    for (const { key } of wishes) this.refresh(key);
    this.wishes = wishes.filter(
      ({ key }) => !this.squares.has(key) && !this.coming.has(key) && !this.missing.has(key),
    );
    while (this.coming.size < LANES && this.wishes.length > 0) void this.work();
  }

  squaresOf({ id, size, rect }: Part): Square[] {
    return tilesIn(size, rect).flatMap((tile) => this.squares.get(tileKey(id, tile)) ?? []);
  }

  /** The colour of one pixel, as it is in the file; null until its square is here. */
  read(id: string, size: Size, at: Point): Colour | null {
    void this.version;
    const [square] = this.squaresOf({ id, size, rect: { ...at, width: 1, height: 1 } });
    return square ? this.readOne(square.bitmap, at.x - square.tile.x, at.y - square.tile.y) : null;
  }

  close(): void {
    this.stop.abort();
    this.stop = new AbortController();
    for (const { bitmap } of this.squares.values()) bitmap.close();
    this.squares.clear();
    this.coming.clear();
    this.missing.clear();
    this.wishes = [];
  }

  private async work(): Promise<void> {
    const { signal } = this.stop;
    for (let wish = this.wishes.shift(); wish; wish = this.wishes.shift()) {
      const { key, id, tile } = wish;
      this.coming.add(key);
      try {
        const bitmap = await this.load(this.url(cropPath(id, tile)), signal);
        this.keep(key, { tile, bitmap });
      } catch {
        if (signal.aborted) return;
        this.missing.add(key);
      }
      this.coming.delete(key);
    }
  }

  private keep(key: string, square: Square): void {
    this.squares.set(key, square);
    for (const [old, { bitmap }] of this.squares) {
      if (this.squares.size <= KEPT) break;
      bitmap.close();
      this.squares.delete(old);
    }
    this.version += 1;
    this.changed();
  }

  private refresh(key: string): void {
    const square = this.squares.get(key);
    if (!square) return;
    this.squares.delete(key);
    this.squares.set(key, square);
  }
}
