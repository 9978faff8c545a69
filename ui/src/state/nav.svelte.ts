// Which view is shown, and what the wall compares.

export type View = 'compose' | 'wall' | 'gallery' | 'queue' | 'weather' | 'settings';

/** A sheet's pictures, or any chosen ones. */
export interface WallTarget {
  sheet: string | null;
  pictures: string[] | null;
  /** Picture that was pointed at. */
  focus: string | null;
}

export class Nav {
  view: View = $state('compose');
  wall: WallTarget | null = $state(null);
  help = $state(false);
  /** The job whose timeline is shown. */
  story: string | null = $state(null);
  /** The view the wall was opened from: Escape goes back to it. */
  from: View = $state('compose');

  go(view: View): void {
    if (view === 'wall' && !this.wall) return;
    if (view === 'wall' && this.view !== 'wall') this.from = this.view;
    this.view = view;
  }

  openWall(target: Partial<WallTarget>): void {
    this.wall = { sheet: null, pictures: null, focus: null, ...target };
    this.go('wall');
  }

  back(): void {
    this.view = this.from === 'wall' ? 'compose' : this.from;
  }
}
