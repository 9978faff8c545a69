// Looking closely: the colour under the pointer, and the glass over every pane. Both from exact pixels.

import type { Colour, Exact, Part } from './exact.svelte';
import { glassAt, paintGlass, type Glass } from './loupe';
import type { Side } from './overlay';
import type { Stage } from './stage.svelte';
import { sizeOf, type Entry } from './steps';
import { pixelAt, type Point } from './viewport';

/** So long a pointer stays where somebody wants to know more. */
const LOOK_MS = 40;

interface Over {
  side: Side;
  glass: Glass;
  part: Part;
}

export class Look {
  /** The glass is there. */
  loupe = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private stage: Stage,
    private exact: Exact,
  ) {}

  /** The colour there; of both pictures where two are mixed. */
  get colours(): Colour[] {
    return this.pointed().flatMap(({ id, size, rect }) => {
      const colour = this.exact.read(id, size, rect);
      return colour ? [colour] : [];
    });
  }

  toggleLoupe(): void {
    this.loupe = !this.loupe;
    this.stage.draw();
    this.soon();
  }

  /** Something else is pointed at. */
  soon(): void {
    // Under the glass one sees what is missing, so that is not put off again and again.
    if (this.loupe && this.timer !== undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ask();
    }, LOOK_MS);
  }

  paint(context: CanvasRenderingContext2D, pane: number): void {
    const over = this.loupe ? this.over(pane) : null;
    if (over) paintGlass(context, over.side, over.glass, this.exact.squaresOf(over.part));
  }

  close(): void {
    clearTimeout(this.timer);
    this.exact.close();
  }

  private ask(): void {
    const glasses = this.loupe ? this.stage.layout.panes.flatMap((_, pane) => this.over(pane) ?? []) : [];
    this.exact.want([...this.pointed(), ...glasses.map((over) => over.part)]);
  }

  private pointed(): Part[] {
    const { spot, overlay, entries } = this.stage;
    if (!spot) return [];
    const mixed = overlay !== null && !overlay.flipped && ['onion', 'difference'].includes(overlay.mode);
    const seen = mixed ? entries : [this.stage.entryAt(spot.pane, spot.at)];
    return seen.flatMap((entry) => (entry && this.pixel(entry, spot.at)) ?? []);
  }

  private pixel(entry: Entry, at: Point): Part | null {
    const { picture } = entry;
    const size = sizeOf(entry);
    const pixel = picture && pixelAt(this.stage.viewOf(entry), this.stage.scene, size, at);
    return pixel ? { id: picture.id, size, rect: { ...pixel, width: 1, height: 1 } } : null;
  }

  /** The glass of a pane, and the part of the picture that it shows. */
  private over(pane: number): Over | null {
    const { stage } = this;
    const spot = stage.pointer ?? { pane: stage.current, at: stage.middle() };
    const from = stage.entryAt(spot.pane, spot.at);
    const entry = spot.pane === pane ? from : stage.entries[pane];
    if (!from || !entry?.picture) return null;
    const side = stage.sideOf(stage.entries.indexOf(entry));
    const size = sizeOf(entry);
    const centre = spot.pane === pane ? spot.at : stage.samePoint(from, spot.at, entry);
    const glass = glassAt(side.frame, size, stage.viewOf(entry).k, centre, stage.ratio);
    return { side, glass, part: { id: entry.picture.id, size, rect: glass.rect } };
  }
}
