// Keys of the review: one per verdict, and the next picture is there. The table also feeds the help dialog.

import type { KeyGroup } from '@/app/keys';
import type { Verdict } from './decisions';

export interface ReviewActions {
  decide: (verdict: Verdict) => void;
  go: (by: number) => void;
  undo: () => void;
  fit: () => void;
  /** Fit and 1:1 in turn. */
  toggle: () => void;
  zoom: (factor: number) => void;
  info: () => void;
  /** Asks which model makes it once more. */
  redo: () => void;
  back: () => void;
}

const STARS = [1, 2, 3, 4, 5] as const;
const ZOOM = 1.25;

export function reviewKeys(actions: ReviewActions): KeyGroup {
  const key = (keys: string, does: string, run: () => void) => ({ keys, does: `review.key.${does}`, run });
  const held = (...of: Parameters<typeof key>) => ({ ...key(...of), repeats: true });
  return {
    title: 'review.title',
    keys: [
      key('k', 'keep', () => actions.decide('kept')),
      key('x', 'reject', () => actions.decide('rejected')),
      ...STARS.map((star) => key(String(star), 'rate', () => actions.decide(star))),
      held('ArrowRight', 'next', () => actions.go(1)),
      held('n', 'next', () => actions.go(1)),
      held('ArrowLeft', 'previous', () => actions.go(-1)),
      held('p', 'previous', () => actions.go(-1)),
      key('u', 'undo', actions.undo),
      key('Ctrl+z', 'undo', actions.undo),
      key('z', 'toggle', actions.toggle),
      key('0', 'fit', actions.fit),
      held('+', 'in', () => actions.zoom(ZOOM)),
      held('=', 'in', () => actions.zoom(ZOOM)),
      held('-', 'out', () => actions.zoom(1 / ZOOM)),
      key('i', 'info', actions.info),
      { keys: 'j', does: 'redo.open', run: actions.redo },
      key('Escape', 'back', actions.back),
    ],
  };
}
