// The pixels of one picture: the thumbnail, over it the tiles of the copy that fits the scale, and from 1:1 on, where one rests,
// the exact pixels.

import { covers, cropPath, planCrop } from './crops';
import { loadBitmap, type Load } from './loader';
import { Tiles } from './tiles';
import type { Rect, Size } from './viewport';

export interface Detail {
  source: Rect;
  bitmap: ImageBitmap;
}

export type LayerState = 'loading' | 'ready' | 'missing';

/** From here on the tiles are enlarged, and exact pixels are not waited for behind them. */
const CLOSE = 2;
/** What the engine has decoded is here sooner than this; if it let go of the picture meanwhile, tiles are asked for after all. */
const PATIENCE_MS = 150;

export class Layers {
  state: LayerState = $state('loading');
  /** Something of it is on the screen. */
  shown = $state(false);
  base: ImageBitmap | null = null;
  /** The last exact part; stays until the next one is there. */
  detail: Detail | null = null;
  readonly tiles: Tiles;
  private whole = new AbortController();
  private part: AbortController | null = null;
  private asked: Rect | null = null;
  private refused: string | null = null;
  /** Counts where one looked: what was asked for before the last look is stale. */
  private turn = 0;
  private warmed = false;
  /** The engine had the picture decoded when it was asked last. */
  private decoded = false;

  constructor(
    readonly id: string,
    readonly size: Size,
    private url: (path: string) => string,
    private changed: () => void,
    private load: Load = loadBitmap,
  ) {
    this.tiles = new Tiles(id, size, url, this.came, load);
    void this.open();
  }

  /** One moves past here: what is sharp enough for that, a little at a time. */
  pass(visible: Rect | null, scale: number): Promise<void> {
    return this.look(visible, scale, true);
  }

  /** One looks here. */
  show(visible: Rect | null, scale: number): Promise<void> {
    return this.look(visible, scale, false);
  }

  /** The exact pixels are not here yet, but will be sooner than tiles could. */
  isAtHand(visible: Rect | null, scale: number): boolean {
    if (!visible || scale < CLOSE || !this.decoded) return false;
    return !this.detail || !covers(this.detail.source, visible);
  }

  /** One rests here: from 1:1 on with the exact pixels. */
  async rest(visible: Rect | null, scale: number): Promise<void> {
    if (visible && scale >= CLOSE && this.decoded) return this.restClose(visible, scale);
    const tiles = this.show(visible, scale);
    const { turn } = this;
    if (!visible || scale < 1) {
      this.forget();
      return tiles;
    }
    if (scale < CLOSE) await tiles;
    if (turn !== this.turn) return;
    await Promise.all([tiles, this.sharpen(visible)]);
  }

  /** The exact pixels alone, and when they are there what lies around them: decoding both at once would make both late. */
  private async restClose(visible: Rect, scale: number): Promise<void> {
    const turn = ++this.turn;
    const late = setTimeout(() => turn === this.turn && void this.pass(visible, scale), PATIENCE_MS);
    await this.sharpen(visible);
    clearTimeout(late);
    if (turn === this.turn) await this.pass(visible, scale);
  }

  /** Lets the engine decode the picture, so that exact pixels come at once when they are wanted. */
  async warm(): Promise<void> {
    if (this.warmed || this.state !== 'ready') return;
    this.warmed = true;
    const pixel = { x: 0, y: 0, width: 1, height: 1 };
    const bitmap = await this.load(this.url(cropPath(this.id, pixel)), this.whole.signal).catch(() => null);
    this.decoded = bitmap !== null;
    bitmap?.close();
  }

  close(): void {
    this.whole.abort();
    this.forget();
    this.tiles.close();
    this.base?.close();
    this.detail?.bitmap.close();
    this.base = this.detail = null;
  }

  private async look(visible: Rect | null, scale: number, gently: boolean): Promise<void> {
    this.turn += 1;
    if (!visible || this.state === 'missing' || this.whole.signal.aborted) return;
    await this.tiles.want(visible, scale, gently);
    if (this.whole.signal.aborted) return;
    if (this.state === 'loading') this.state = this.tiles.hopeless ? 'missing' : 'ready';
  }

  private async sharpen(visible: Rect): Promise<void> {
    if (this.state === 'missing' || this.whole.signal.aborted) return;
    if (this.detail && covers(this.detail.source, visible)) return this.forget();
    if (this.asked && covers(this.asked, visible)) return;
    const source = planCrop(this.size, visible);
    const path = cropPath(this.id, source);
    if (path === this.refused) return;
    this.forget();
    this.warmed = true;
    const part = new AbortController();
    this.part = part;
    this.asked = source;
    try {
      const bitmap = await this.load(this.url(path), part.signal);
      this.detail?.bitmap.close();
      this.detail = { source, bitmap };
      this.decoded = true;
      this.changed();
    } catch {
      // The tiles stay; the same part is not asked for again.
      if (!part.signal.aborted) this.refused = path;
    } finally {
      if (this.part === part) this.part = this.asked = null;
    }
  }

  private came = (): void => {
    this.shown = true;
    this.changed();
  };

  private forget(): void {
    this.part?.abort();
    this.part = this.asked = null;
  }

  private async open(): Promise<void> {
    try {
      this.base = await this.load(this.url(`picture/${this.id}/thumb`), this.whole.signal);
      this.came();
    } catch {
      // The tiles will tell whether there is anything to show.
    }
  }
}
