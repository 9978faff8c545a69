// The moving part of the wall: one viewport, one frame for all panes.

import { Alignment } from './alignment.svelte';
import { Differ } from './differ.svelte';
import { Exact } from './exact.svelte';
import { layoutPanes, commonAspect, CAPTION, type Layout } from './layout';
import { Layers } from './layers.svelte';
import { loadBitmap, loadReadable, type Load } from './loader';
import { Look } from './look.svelte';
import { minimapPoint, minimapRect } from './minimap';
import type { Overlay } from './modes';
import { paintOverlay, type Side } from './overlay';
import { paint, type Frame } from './painter';
import { sizeOf, type Entry } from './steps';
import * as port from './viewport';
import type { Point, Scene, Size, View } from './viewport';

/** The viewport rests when nothing moved for this long. */
const REST_MS = 80;
/** While it moves, what is seen is asked for this often. */
const FOLLOW_MS = 120;
/** Exact pixels that are at hand are waited for so long: painting the panes coarsely first would make them late. */
const AT_HAND_MS = 80;
/** So many pictures the engine keeps decoded. */
const WARM = 4;

/** A pane, and the point in it (device pixels). */
interface Spot {
  pane: number;
  at: Point;
}

/** What is asked of the layers: see there. */
type How = 'pass' | 'show' | 'rest';

export class Stage {
  view: View = $state.raw({ x: 0.5, y: 0.5, k: 1, fit: true });
  layout: Layout = $state.raw(layoutPanes(1, { width: 0, height: 0 }, 1, 1));
  entries: Entry[] = $state.raw([]);
  /** Pane under the pointer, and the point in it (device pixels). */
  pointer: Spot | null = $state.raw(null);
  /** A pane has the focus. */
  keyboard = $state(false);
  ratio = $state(1);
  /** The pane that the keyboard moves. */
  current = $state(0);
  readonly alignment = new Alignment();
  readonly differ: Differ;
  readonly look: Look;
  /** The two pictures lie over each other in one pane; null: each in its own. */
  overlay: Overlay | null = $state.raw(null);
  /** The exact parts of the neighbours are loaded as well: the next one is as sharp at once as this one. */
  prefetch = false;
  /** By picture id: the panes shown, and their neighbours kept warm. */
  layers: ReadonlyMap<string, Layers> = $state.raw(new Map());

  private near: Entry[] = [];
  private area: Size = { width: 0, height: 0 };
  private caption = CAPTION;
  /** By pane. */
  private canvases = new Map<number, { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D }>();
  private frame = 0;
  /** A paint that waits. */
  private held: ReturnType<typeof setTimeout> | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private following: ReturnType<typeof setTimeout> | undefined;
  private moving = false;
  private background = '#000000';

  constructor(
    private url: (path: string) => string,
    private load: Load = loadBitmap,
    readable: Load = loadReadable,
  ) {
    this.differ = new Differ(url, this.draw, readable);
    this.look = new Look(this, new Exact(url, this.draw, readable));
  }

  scene: Scene = $derived({
    pane: this.layout.view,
    pictures: this.entries.map(sizeOf).filter((size) => size.width > 0 && size.height > 0),
  });
  /** The viewport of the current pane: the shared one unless it is unlinked. */
  active: View = $derived(this.viewIn(this.current));

  /** What one looks at: the pointer; without one the middle of the pane that has the keyboard, where it is zoomed. */
  spot: Spot | null = $derived.by(() => {
    if (this.pointer) return this.pointer;
    return this.keyboard && this.isZoomed(this.current) ? { pane: this.current, at: this.middle() } : null;
  });

  /** The image pixel there, in the pixels of the picture that is seen. */
  readout: Point | null = $derived.by(() => {
    const entry = this.spot && this.entryAt(this.spot.pane, this.spot.at);
    return this.spot && entry
      ? port.pixelAt(this.viewOf(entry), this.scene, sizeOf(entry), this.spot.at)
      : null;
  });

  viewOf(entry: Entry): View {
    return this.alignment.viewOf(entry.key, this.view);
  }

  /** Device pixels per image pixel in one pane. */
  scaleOf(entry: Entry): number {
    return port.scaleOf(this.viewOf(entry), this.scene, sizeOf(entry));
  }

  /** Is more of the picture there than this pane shows? */
  isZoomed(pane: number): boolean {
    return port.isZoomedIn(this.viewIn(pane), this.scene);
  }

  resize(area: Size, ratio: number, caption: number): void {
    this.area = area;
    this.ratio = ratio;
    this.caption = caption;
    this.arrange();
  }

  /** How the first two lie over each other, or that they do not. */
  lay(overlay: Overlay | null): void {
    const arranged = (this.overlay === null) === (overlay === null);
    this.overlay = overlay;
    if (overlay) {
      this.current = 0;
      this.alignment.linkAll(this.view);
    }
    if (!arranged) this.arrange();
    else if (overlay?.mode === 'difference') this.restSoon();
    if (overlay?.mode !== 'difference') this.differ.clear();
    this.draw();
  }

  /** Shows these; pictures of `near` are loaded when there is nothing else to do. */
  show(entries: Entry[], near: Entry[]): void {
    const other =
      entries.length !== this.entries.length || entries.some((one, at) => one.key !== this.entries[at]?.key);
    const kept = new Map<string, Layers>();
    for (const { picture } of [...entries, ...near]) {
      if (!picture || kept.has(picture.id)) continue;
      const size = { width: picture.width, height: picture.height };
      kept.set(
        picture.id,
        this.layers.get(picture.id) ?? new Layers(picture.id, size, this.url, this.draw, this.load),
      );
    }
    for (const [id, layers] of this.layers) if (!kept.has(id)) layers.close();
    this.layers = kept;
    this.near = near;
    this.entries = entries;
    if (other) this.pointer = null;
    this.current = Math.max(0, Math.min(this.current, entries.length - 1));
    this.arrange();
  }

  attach(pane: number, canvas: HTMLCanvasElement): () => void {
    const context = canvas.getContext('2d', { alpha: false });
    if (context) this.canvases.set(pane, { canvas, context });
    this.recolour(canvas);
    this.draw();
    return () => {
      if (this.canvases.get(pane)?.canvas === canvas) this.canvases.delete(pane);
      // Its pixels go now, not when the page's heap is swept next: the heap does not see how much they are.
      canvas.width = canvas.height = 0;
    };
  }

  /** Takes the canvas colour of the theme. */
  recolour(element: Element | null = [...this.canvases.values()][0]?.canvas ?? null): void {
    if (element) this.background = getComputedStyle(element).backgroundColor || this.background;
    this.draw();
  }

  fit(pane = this.current): void {
    this.move(pane, () => port.fitView(this.scene));
    this.rest();
  }

  /** Jumps to a scale of the reference picture, keeping `at` (or the middle) where it is. */
  scaleTo(k: number, pane = this.current, at: Point = this.middle()): void {
    this.zoomTo(k, pane, at);
    // No other step follows a jump.
    this.rest();
  }

  zoom(factor: number, pane = this.current, at: Point = this.middle()): void {
    this.zoomTo(this.viewIn(pane).k * factor, pane, at);
  }

  pan(dx: number, dy: number, pane = this.current): void {
    this.move(pane, (view) => port.panBy(view, this.scene, dx, dy, this.pictureIn(pane)));
  }

  /** Fit and 1:1 in turn. */
  toggle(pane: number, at: Point): void {
    if (this.isZoomed(pane)) this.fit(pane);
    else this.scaleTo(1, pane, at);
  }

  centre(point: Point, pane: number): void {
    this.move(pane, (view) => port.clampView({ ...view, ...point, fit: false }, this.scene));
  }

  /** Takes one pane out of the common viewport, or back into it. */
  toggleLink(pane = this.current): void {
    const entry = this.entries[pane];
    if (!entry) return;
    const { alignment } = this;
    if (alignment.isUnlinked(entry.key)) alignment.link(entry.key, this.view);
    else alignment.unlink(entry.key, this.viewOf(entry));
    this.touch();
  }

  /** Moves one picture against the others, by device pixels. */
  nudge(dx: number, dy: number, pane = this.current): void {
    const entry = this.entries[pane];
    if (!entry) return;
    const { width, height } = this.pictureIn(pane);
    const scale = this.scaleOf(entry);
    this.alignment.nudge(entry.key, { x: -dx / (width * scale), y: -dy / (height * scale) });
    this.touch();
  }

  /** All panes together again. */
  lineUp(): void {
    this.alignment.reset();
    this.touch();
  }

  /** The normalised point of the minimap under the pointer, if it is over one. */
  minimapAt(pane: number, at: Point): Point | null {
    const map = this.isZoomed(pane) ? minimapRect(this.layout.view, this.pictureIn(pane), this.ratio) : null;
    return minimapPoint(map, at);
  }

  /** A pane has the keyboard, or none has it any more. */
  focus(pane: number | null): void {
    this.keyboard = pane !== null;
    if (pane !== null && !this.overlay) this.current = pane;
    this.draw();
    this.look.soon();
  }

  point(pane: number, at: Point | null): void {
    this.pointer = at ? { pane, at } : null;
    this.draw();
    this.look.soon();
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.held);
    clearTimeout(this.resting);
    clearTimeout(this.following);
    for (const layers of this.layers.values()) layers.close();
    this.layers = new Map();
    this.differ.clear();
    this.look.close();
    this.canvases.clear();
  }

  /** Asks for one frame; however often, it is drawn once. */
  draw = (): void => {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.paintAll);
  };

  /** The next paint is one of something that comes, or one after a while. */
  private hold(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    clearTimeout(this.held);
    this.held = setTimeout(this.draw, AT_HAND_MS);
  }

  private move(pane: number, change: (view: View) => View): void {
    const entry = this.entries[pane];
    const view = change(this.viewIn(pane));
    const shared = entry ? this.alignment.move(entry.key, view) : view;
    if (shared) this.view = shared.fit ? port.fitView(this.scene) : port.clampView(shared, this.scene);
    this.touch();
  }

  private zoomTo(k: number, pane: number, at: Point): void {
    this.move(pane, (view) => port.zoomAt(view, this.scene, k, at, this.pictureIn(pane)));
  }

  private touch(): void {
    this.moving = true;
    this.draw();
    this.restSoon();
    this.following ??= setTimeout(this.follow, FOLLOW_MS);
    if (this.look.loupe || !this.pointer) this.look.soon();
  }

  private arrange(): void {
    const sizes = this.entries.map(sizeOf);
    const panes = this.overlay ? 1 : this.entries.length;
    this.layout = layoutPanes(panes, this.area, commonAspect(sizes), this.ratio, this.caption);
    this.view = port.clampView(this.view, this.scene);
    this.draw();
    this.ask('show');
    this.restSoon();
  }

  private restSoon(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(this.rest, REST_MS);
  }

  private follow = (): void => {
    this.following = undefined;
    if (this.moving) this.ask('pass');
  };

  private rest = (): void => {
    clearTimeout(this.resting);
    this.moving = false;
    if (this.isAtHand()) this.hold();
    else this.draw();
    if (this.overlay?.mode === 'difference') this.restDiffer();
    void Promise.all(this.ask('rest')).then(this.lookAhead);
  };

  /** The exact pixels of all that is shown. */
  private isAtHand(): boolean {
    const { scene } = this;
    if (this.overlay || this.entries.length === 0) return false;
    return this.entries.every((entry) => {
      const layers = entry.picture && this.layers.get(entry.picture.id);
      const visible = port.visibleRect(this.viewOf(entry), scene, sizeOf(entry));
      return layers?.isAtHand(visible, this.scaleOf(entry)) === true;
    });
  }

  private ask(how: How): (Promise<void> | undefined)[] {
    return this.entries.map((entry) => this.askFor(entry, this.viewOf(entry), this.scene, how));
  }

  private askFor({ picture }: Entry, view: View, scene: Scene, how: How): Promise<void> | undefined {
    const layers = picture && this.layers.get(picture.id);
    if (!layers) return undefined;
    const { size } = layers;
    return layers[how](port.visibleRect(view, scene, size), port.scaleOf(view, scene, size));
  }

  /** The neighbours, as they will be seen: in the viewport that is here now; in review alone in the pane. */
  private lookAhead = (): void => {
    if (this.moving) return;
    const shown = this.entries.flatMap(({ picture }) => (picture && this.layers.get(picture.id)) ?? []);
    if (!this.prefetch && shown.length <= WARM) for (const layers of shown) void layers.warm();
    for (const entry of this.near) {
      const pictures = this.prefetch ? [sizeOf(entry)] : this.scene.pictures;
      const scene = { pane: this.scene.pane, pictures };
      void this.askFor(entry, port.clampView(this.view, scene), scene, this.prefetch ? 'rest' : 'pass');
    }
  };

  private restDiffer(): void {
    const [a, b] = this.entries.map((entry) => entry.picture);
    if (!a || !b) return;
    const [view, over] = [this.viewIn(0), this.viewIn(1)];
    const visible = port.visibleRect(view, this.scene, a);
    const size = { width: a.width, height: a.height };
    // Whole pixels, so that nothing is resampled.
    const apart = (by: number, length: number) => Math.round(by * length);
    const shift = { x: apart(over.x - view.x, a.width), y: apart(over.y - view.y, a.height) };
    this.differ.rest({ a: a.id, b: b.id, size, shift }, visible, port.scaleOf(view, this.scene, a));
  }

  private paintAll = (): void => {
    this.frame = 0;
    clearTimeout(this.held);
    for (const [pane, { canvas, context }] of this.canvases) {
      const { width, height } = this.scene.pane;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      const here = this.sideOf(pane);
      if (this.overlay) paintOverlay(context, [here, this.sideOf(1)], this.overlay, this.differ);
      else paint(context, here.layers, here.frame);
      this.look.paint(context, pane);
    }
  };

  /** What an entry shows, and where. */
  sideOf(pane: number): Side {
    const { scene } = this;
    const entry = this.entries[pane];
    const view = this.viewIn(pane);
    const layers = (entry?.picture && this.layers.get(entry.picture.id)) ?? null;
    const size = layers?.size ?? (entry ? sizeOf(entry) : { width: 0, height: 0 });
    // The pointer shows itself; what the keyboard looks at is marked as well.
    const own = this.pointer !== null && this.pointer.pane === pane;
    const elsewhere = !this.look.loupe && this.spot !== null && !own && (!this.overlay || !this.pointer);
    const frame: Frame = {
      pane: scene.pane,
      origin: port.originOf(view, scene, size),
      scale: port.scaleOf(view, scene, size),
      visible: port.visibleRect(view, scene, size),
      background: this.background,
      moving: this.moving,
      ratio: this.ratio,
      minimap: this.isZoomed(pane) ? minimapRect(scene.pane, size, this.ratio) : null,
      echo: elsewhere && entry ? this.echo(entry) : null,
    };
    return { layers, frame };
  }

  /** What is seen at a point of a pane: where two lie over each other, the one that is on top there. */
  entryAt(pane: number, at: Point): Entry | undefined {
    const { overlay } = this;
    if (!overlay) return this.entries[pane];
    const right = overlay.mode === 'swipe' && at.x >= Math.round(this.scene.pane.width * overlay.divider);
    return this.entries[overlay.flipped || right ? 1 : 0];
  }

  /** The point that is looked at, found again in another picture. */
  private echo(entry: Entry): Point | null {
    const { spot } = this;
    if (!spot || !this.readout || this.minimapAt(spot.pane, spot.at)) return null;
    const from = this.entries[spot.pane];
    return from ? this.samePoint(from, spot.at, entry) : null;
  }

  /** Where a point of one picture's pane lies in the pane of another picture. */
  samePoint(from: Entry, at: Point, to: Entry): Point {
    const place = (entry: Entry) => {
      const view = this.viewOf(entry);
      const size = sizeOf(entry);
      const scale = port.scaleOf(view, this.scene, size);
      return { origin: port.originOf(view, this.scene, size), w: size.width * scale, h: size.height * scale };
    };
    const [a, b] = [place(from), place(to)];
    return {
      x: b.origin.x + ((at.x - a.origin.x) / a.w) * b.w,
      y: b.origin.y + ((at.y - a.origin.y) / a.h) * b.h,
    };
  }

  private viewIn(pane: number): View {
    const entry = this.entries[pane];
    return entry ? this.viewOf(entry) : this.view;
  }

  private pictureIn(pane: number): Size {
    const size = this.entries[pane] && sizeOf(this.entries[pane]);
    return size && size.width > 0 ? size : port.reference(this.scene);
  }

  middle(): Point {
    return { x: this.layout.view.width / 2, y: this.layout.view.height / 2 };
  }
}
