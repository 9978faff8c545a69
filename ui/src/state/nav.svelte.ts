// Which view is shown, what the wall compares, and what is reviewed.

import type { PictureView } from '@/bindings/api';

export type View = 'compose' | 'wall' | 'review' | 'gallery' | 'queue' | 'weather' | 'settings';

/** A sheet's pictures, or any chosen ones. */
export interface WallTarget {
  sheet: string | null;
  pictures: string[] | null;
  /** Picture that was pointed at. */
  focus: string | null;
}

/** A sheet's pictures, or these; the review begins at the one that was pointed at. */
export type ReviewTarget = WallTarget;

export class Nav {
  view: View = $state('compose');
  wall: WallTarget | null = $state(null);
  review: ReviewTarget | null = $state(null);
  /** The view the review was opened from. */
  reviewFrom: View = $state('compose');
  help = $state(false);
  palette = $state(false);
  /** The job whose timeline is shown. */
  story: string | null = $state(null);
  /** The picture that is to be made once more; on which model is being asked. */
  redo: PictureView | null = $state.raw(null);
  /** The view the wall was opened from: Escape goes back to it. */
  from: View = $state('compose');

  go(view: View): void {
    if (view === 'wall' && !this.wall) return;
    if (view === 'wall' && this.view !== 'wall') {
      // Opened from a review of a wall: the review goes back where that wall came from, not round in a circle.
      if (this.view === 'review' && this.reviewFrom === 'wall') this.reviewFrom = this.from;
      this.from = this.view;
    }
    this.view = view;
  }

  openWall(target: Partial<WallTarget>): void {
    this.wall = { sheet: null, pictures: null, focus: null, ...target };
    this.go('wall');
  }

  openReview(target: Partial<ReviewTarget>): void {
    this.review = { sheet: null, pictures: null, focus: null, ...target };
    // A wall that was opened from the review goes back to it, so that the review does not go back to the wall.
    const round = this.view === 'wall' && this.from === 'review';
    if (!round && this.view !== 'review') this.reviewFrom = this.view;
    this.view = 'review';
  }

  leaveReview(): void {
    this.view = this.reviewFrom;
  }

  back(): void {
    this.view = this.from === 'wall' ? 'compose' : this.from;
  }
}
