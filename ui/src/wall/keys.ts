// Keys and wheel of the wall. The table also feeds the help dialog.

import type { KeyGroup } from '@/app/keys';
import { PINCH } from '@/host/pinch';
import type { CompareActions, PaneActions } from './actions';
import type { Mode } from './modes';

export interface WallActions extends PaneActions, CompareActions {
  zoom: (factor: number) => void;
  fit: () => void;
  scaleTo: (k: number) => void;
  /** CSS pixels that the picture moves by. */
  pan: (dx: number, dy: number) => void;
  /** CSS pixels that the current picture moves by, against the others. */
  nudge: (dx: number, dy: number) => void;
  /** All panes together again. */
  lineUp: () => void;
  /** Gives the keyboard to the next pane. */
  pane: (by: number) => void;
  step: (by: number) => void;
  /** Rows or columns. */
  turn: () => void;
  blind: () => void;
  loupe: () => void;
  fullscreen: () => void;
  info: () => void;
  /** Decides about what is compared here, one by one. */
  review: () => void;
  back: () => void;
}

const STEP = 1.25;
/** CSS pixels that an arrow key moves the picture by; with Shift, the larger. */
const PAN = 48;
const PAN_FAST = 240;
/** And what Alt and an arrow nudge one picture by. */
const NUDGE = 1;
const NUDGE_FAST = 10;

const PANS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const MODE_KEYS: Record<string, Mode> = { s: 'side', w: 'swipe', o: 'onion', b: 'blink', d: 'difference' };
/** Held, it shows the other picture. */
export const HOLD = 'x';

export function wallKeys(actions: WallActions): KeyGroup {
  const key = (keys: string, does: string, run: () => void) => ({ keys, does: `wall.key.${does}`, run });
  const held = (...of: Parameters<typeof key>) => ({ ...key(...of), repeats: true });
  return {
    title: 'wall.title',
    keys: [
      held('+', 'in', () => actions.zoom(STEP)),
      held('=', 'in', () => actions.zoom(STEP)),
      held('-', 'out', () => actions.zoom(1 / STEP)),
      key('0', 'fit', actions.fit),
      key('1', 'one', () => actions.scaleTo(1)),
      key('2', 'two', () => actions.scaleTo(2)),
      ...Object.keys(PANS).map((name) => held(name, 'pan', () => panWith(actions, name, false))),
      ...Object.keys(PANS).map((name) => held(`Alt+${name}`, 'nudge', () => nudgeWith(actions, name, false))),
      key('Ctrl+ArrowLeft', 'pane', () => actions.pane(-1)),
      key('Ctrl+ArrowRight', 'pane', () => actions.pane(1)),
      key('u', 'link', () => actions.link()),
      key('l', 'line-up', actions.lineUp),
      key('p', 'pin', () => actions.pin()),
      key('t', 'swap', () => actions.swap()),
      key('h', 'blind', actions.blind),
      key('c', 'turn', actions.turn),
      ...Object.entries(MODE_KEYS).map(([name, mode]) => key(name, mode, () => actions.mode(mode))),
      { ...key(HOLD, 'hold', () => actions.hold(true)), held: true },
      key('a', 'auto', actions.auto),
      held(',', 'less', () => actions.adjust(-1)),
      held('.', 'more', () => actions.adjust(1)),
      key('n', 'other', () => actions.other(1)),
      held('[', 'previous', () => actions.step(-1)),
      held(']', 'next', () => actions.step(1)),
      held('PageUp', 'previous', () => actions.step(-1)),
      held('PageDown', 'next', () => actions.step(1)),
      key('z', 'loupe', actions.loupe),
      key('f', 'fullscreen', actions.fullscreen),
      key('i', 'info', actions.info),
      key('k', 'pick', () => actions.pick()),
      key('Delete', 'trash', () => actions.trash()),
      key('m', 'as-reference', () => actions.asReference()),
      key('e', 'save', () => actions.save()),
      key('y', 'copy', () => actions.copy()),
      key('v', 'reveal', () => actions.reveal()),
      { keys: 'j', does: 'redo.open', run: () => actions.redoOn() },
      key('r', 'review', actions.review),
      key('Escape', 'back', actions.back),
    ],
  };
}

/** Pans if the key is an arrow. */
export function panWith(actions: Pick<WallActions, 'pan'>, name: string, fast: boolean): boolean {
  const way = PANS[name];
  const reach = fast ? PAN_FAST : PAN;
  if (way) actions.pan(way[0] * reach, way[1] * reach);
  return way !== undefined;
}

/** Nudges if the key is an arrow. */
export function nudgeWith(actions: Pick<WallActions, 'nudge'>, name: string, fast: boolean): boolean {
  const way = PANS[name];
  const reach = fast ? NUDGE_FAST : NUDGE;
  if (way) actions.nudge(-way[0] * reach, -way[1] * reach);
  return way !== undefined;
}

/** How much one turn of the wheel (or a pinch, which comes as ctrl+wheel) zooms. */
export function wheelFactor(event: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
  const turn = Math.max(-300, Math.min(300, event.deltaY * lines));
  return Math.exp(-turn * (event.ctrlKey ? PINCH : 0.0018));
}
