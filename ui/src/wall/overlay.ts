// Draws two pictures into one pane: swipe, blink, onion, difference.

import type { Differ } from './differ.svelte';
import type { Layers } from './layers.svelte';
import type { Overlay } from './modes';
import { paintMarks, paintPicture, type Frame } from './painter';

/** A picture and where it lies. */
export interface Side {
  layers: Layers | null;
  frame: Frame;
}

type Context = CanvasRenderingContext2D;

export function paintOverlay(
  context: Context,
  [a, b]: [Side, Side],
  overlay: Overlay,
  differ: Pick<Differ, 'amplify' | 'paint'>,
): void {
  const { mode, flipped } = overlay;
  if (flipped) paintPicture(context, b.layers, b.frame);
  else if (mode === 'difference') paintDifference(context, a, overlay.gain, differ);
  else paintPicture(context, a.layers, a.frame);
  if (!flipped && mode === 'swipe') paintSwipe(context, b, overlay.divider);
  if (!flipped && mode === 'onion') paintOnion(context, b, overlay.opacity);
  const top = flipped ? b : a;
  paintMarks(context, top.layers, top.frame);
}

function paintSwipe(context: Context, { layers, frame }: Side, divider: number): void {
  const { width, height } = frame.pane;
  const from = Math.round(width * divider);
  context.save();
  context.beginPath();
  context.rect(from, 0, width - from, height);
  context.clip();
  paintPicture(context, layers, frame);
  context.restore();
}

/** Put together beside the screen first: parts that overlap must not show through each other. */
function paintOnion(context: Context, { layers, frame }: Side, opacity: number): void {
  const aside = besideOf(frame.pane.width, frame.pane.height);
  if (!aside || opacity === 0) return;
  paintPicture(aside, layers, frame);
  context.globalAlpha = opacity;
  context.drawImage(aside.canvas, 0, 0);
  context.globalAlpha = 1;
}

function paintDifference(
  context: Context,
  { frame }: Side,
  gain: number,
  differ: Pick<Differ, 'amplify' | 'paint'>,
): void {
  context.fillStyle = frame.background;
  context.fillRect(0, 0, frame.pane.width, frame.pane.height);
  differ.amplify(gain);
  differ.paint(context, frame.origin, frame.scale);
}

let beside: Context | null = null;

function besideOf(width: number, height: number): Context | null {
  beside ??= document.createElement('canvas').getContext('2d', { alpha: false });
  if (!beside) return null;
  if (beside.canvas.width !== width) beside.canvas.width = width;
  if (beside.canvas.height !== height) beside.canvas.height = height;
  return beside;
}
