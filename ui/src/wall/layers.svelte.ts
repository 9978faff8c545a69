// The pixels of one picture: thumbnail, then overview, then the sharp part that is looked at.

import { covers, cropPath, needsCrop, planCrop, type Crop } from './crops';
import { loadBitmap, type Load } from './loader';
import type { Rect, Size } from './viewport';

export interface Detail {
  crop: Crop;
  bitmap: ImageBitmap;
}

export type LayerState = 'loading' | 'ready' | 'missing';

export class Layers {
  state: LayerState = $state('loading');
  /** Something of it is on the screen. */
  shown = $state(false);
  base: ImageBitmap | null = null;
  /** The last sharp part; stays until the next one is there. */
  detail: Detail | null = null;
  private whole = new AbortController();
  private part: AbortController | null = null;
  private asked: Crop | null = null;
  private refused: string | null = null;

  constructor(
    readonly id: string,
    readonly size: Size,
    private url: (path: string) => string,
    private changed: () => void,
    private load: Load = loadBitmap,
  ) {
    void this.open();
  }

  /** The viewport rests: asks for the sharp part if what is here does not do. */
  async rest(visible: Rect | null, scale: number): Promise<void> {
    if (!visible || this.state === 'missing' || !needsCrop(this.size, scale)) return this.forget();
    if (this.detail && covers(this.detail.crop, visible, scale)) return this.forget();
    if (this.asked && covers(this.asked, visible, scale)) return;
    const crop = planCrop(this.size, visible, scale);
    const path = cropPath(this.id, crop);
    if (path === this.refused) return;
    this.forget();
    const part = new AbortController();
    this.part = part;
    this.asked = crop;
    try {
      const bitmap = await this.load(this.url(path), part.signal);
      this.detail?.bitmap.close();
      this.detail = { crop, bitmap };
      this.changed();
    } catch {
      // The overview stays; the same crop is not asked for again.
      if (!part.signal.aborted) this.refused = path;
    } finally {
      if (this.part === part) this.part = this.asked = null;
    }
  }

  close(): void {
    this.whole.abort();
    this.forget();
    this.base?.close();
    this.detail?.bitmap.close();
    this.base = this.detail = null;
  }

  private forget(): void {
    this.part?.abort();
    this.part = this.asked = null;
  }

  private async open(): Promise<void> {
    void this.take('thumb', false);
    try {
      await this.take('overview', true);
      this.state = 'ready';
    } catch {
      if (this.whole.signal.aborted) return;
      this.state = 'missing';
    }
    this.changed();
  }

  private async take(kind: 'thumb' | 'overview', final: boolean): Promise<void> {
    try {
      const bitmap = await this.load(this.url(`picture/${this.id}/${kind}`), this.whole.signal);
      if (!final && this.base) return bitmap.close();
      this.base?.close();
      this.base = bitmap;
      this.shown = true;
      this.changed();
    } catch (error) {
      if (final) throw error;
    }
  }
}
