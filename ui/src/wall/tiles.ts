// The tiles of one picture that are here: asked for where one looks, kept while there is room. They are JPEGs, for looking only;
// nothing is ever read from them.

import { levelFor, tileKey, TILE, tilesIn } from './grid';
import type { Load } from './loader';
import type { Rect, Size } from './viewport';

export interface Tile {
  level: number;
  /** What it shows, in pixels of the picture. */
  source: Rect;
  bitmap: ImageBitmap;
}

/** Tiles that are kept, one MiB each; more only where more are seen at once. */
const KEPT = 32;

export class Tiles {
  /** Least recently wanted first. */
  private here = new Map<string, Tile>();
  private coming = new Map<string, { stop: AbortController; done: Promise<void> }>();
  private missing = new Set<string>();
  private wanted = new Map<string, Rect>();

  constructor(
    private id: string,
    private size: Size,
    private url: (path: string) => string,
    private changed: () => void,
    private load: Load,
  ) {}

  /**
   * Asks for what this part needs at this scale, and for nothing else any more; done when it is here. `gently`: one after the
   * other, because decoding many at once takes the frames of whoever moves.
   */
  async want(part: Rect, scale: number, gently = false): Promise<void> {
    const level = levelFor(this.size, scale);
    const wanted = (this.wanted = this.at(level, part));
    for (const [key, { stop }] of this.coming) if (!wanted.has(key)) stop.abort();
    for (const key of wanted.keys()) this.refresh(key);
    if (gently) {
      for (const [key, source] of wanted) if (wanted === this.wanted) await this.fetch(key, level, source);
    } else {
      await Promise.all([...wanted].map(([key, source]) => this.fetch(key, level, source)));
    }
    this.trim(wanted.size);
  }

  /** Everything that is to be drawn for this part, the coarsest first, and whether it fills it at this scale. */
  seen(part: Rect, scale: number): { tiles: Tile[]; whole: boolean } {
    const wanted = [...this.at(levelFor(this.size, scale), part).keys()];
    const found = wanted.flatMap((key) => this.here.get(key) ?? []);
    if (found.length === wanted.length) return { tiles: found, whole: true };
    const tiles = [...this.here.values()].filter(({ source }) => touches(source, part));
    return { tiles: tiles.sort((a, b) => b.level - a.level), whole: false };
  }

  /** None came, and none will. */
  get hopeless(): boolean {
    return this.missing.size > 0 && this.here.size === 0;
  }

  close(): void {
    // Who fetches one after the other stops here.
    this.wanted = new Map();
    for (const { stop } of this.coming.values()) stop.abort();
    for (const { bitmap } of this.here.values()) bitmap.close();
    this.here.clear();
  }

  private at(level: number, part: Rect): Map<string, Rect> {
    const tiles = tilesIn(this.size, part, TILE * 2 ** level);
    return new Map(tiles.map((source) => [tileKey(String(level), source), source]));
  }

  private fetch(key: string, level: number, source: Rect): Promise<void> {
    if (this.here.has(key) || this.missing.has(key)) return Promise.resolve();
    const known = this.coming.get(key);
    if (known && !known.stop.signal.aborted) return known.done;
    const stop = new AbortController();
    const done = this.take(key, level, source, stop.signal).finally(() => {
      if (this.coming.get(key)?.stop === stop) this.coming.delete(key);
    });
    this.coming.set(key, { stop, done });
    return done;
  }

  private async take(key: string, level: number, source: Rect, signal: AbortSignal): Promise<void> {
    const side = TILE * 2 ** level;
    const path = `picture/${this.id}/tile/${level}/${source.x / side}/${source.y / side}`;
    try {
      const bitmap = await this.load(this.url(path), signal);
      this.here.get(key)?.bitmap.close();
      this.here.set(key, { level, source, bitmap });
      this.changed();
    } catch {
      // What lies below stays; it is not asked for again.
      if (!signal.aborted) this.missing.add(key);
    }
  }

  private trim(wanted: number): void {
    for (const [key, { bitmap }] of this.here) {
      if (this.here.size <= Math.max(KEPT, wanted)) break;
      bitmap.close();
      this.here.delete(key);
    }
  }

  private refresh(key: string): void {
    const tile = this.here.get(key);
    if (!tile) return;
    this.here.delete(key);
    this.here.set(key, tile);
  }
}

export function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
