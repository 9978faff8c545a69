// Panes that do not quite go with the others: an unlinked one has a viewport of its own, a nudged one lies a little
// beside. Kept by the entry's key, so that it stays with the picture when panes change places.

import type { Point, View } from './viewport';

const NONE: Point = { x: 0, y: 0 };

export class Alignment {
  private own: ReadonlyMap<string, View> = $state.raw(new Map());
  private nudges: ReadonlyMap<string, Point> = $state.raw(new Map());

  /** The viewport of one pane, from the one that all share. */
  viewOf(key: string, shared: View): View {
    const own = this.own.get(key);
    if (own) return own;
    const { x, y } = this.nudges.get(key) ?? NONE;
    return x === 0 && y === 0 ? shared : { ...shared, x: shared.x + x, y: shared.y + y };
  }

  isUnlinked(key: string): boolean {
    return this.own.has(key);
  }

  isNudged(key: string): boolean {
    return this.nudges.has(key);
  }

  get any(): boolean {
    return this.own.size > 0 || this.nudges.size > 0;
  }

  unlink(key: string, view: View): void {
    this.own = new Map(this.own).set(key, view);
  }

  /** Goes with the others again, from where it is: what it was moved by in the meantime stays as a nudge. */
  link(key: string, shared: View): void {
    const view = this.own.get(key);
    if (!view) return;
    this.own = without(this.own, key);
    this.setNudge(key, { x: view.x - shared.x, y: view.y - shared.y });
  }

  linkAll(shared: View): void {
    for (const key of this.own.keys()) this.link(key, shared);
  }

  /** A new viewport for one pane. Gives what the shared one is then, or null where only this pane moved. */
  move(key: string, view: View): View | null {
    if (this.own.has(key)) {
      this.unlink(key, view);
      return null;
    }
    const { x, y } = this.nudges.get(key) ?? NONE;
    return { ...view, x: view.x - x, y: view.y - y };
  }

  /** By a part of the picture's width and height. */
  nudge(key: string, by: Point): void {
    const own = this.own.get(key);
    const before = own ?? this.nudges.get(key) ?? NONE;
    const after = { x: before.x + by.x, y: before.y + by.y };
    if (own) this.unlink(key, { ...own, ...after, fit: false });
    else this.setNudge(key, after);
  }

  /** All panes together again. */
  reset(): void {
    this.own = new Map();
    this.nudges = new Map();
  }

  private setNudge(key: string, to: Point): void {
    const still = Math.abs(to.x) < 1e-9 && Math.abs(to.y) < 1e-9;
    this.nudges = still ? without(this.nudges, key) : new Map(this.nudges).set(key, to);
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const left = new Map(map);
  left.delete(key);
  return left;
}
