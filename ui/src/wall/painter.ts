// Draws one picture into its pane. No state: what is drawn follows from the arguments, so that all panes of a frame
// agree. How two are laid over each other stands in overlay.ts.

import { covers } from './crops';
import type { Detail as Part, Layers } from './layers.svelte';
import type { Point, Rect, Size } from './viewport';

export interface Frame {
  pane: Size;
  /** Where the picture's corner falls and how large its pixels are, device pixels. */
  origin: Point;
  scale: number;
  visible: Rect | null;
  background: string;
  /** Fingers are on it: speed before beauty. */
  moving: boolean;
  ratio: number;
  minimap: Rect | null;
  /** Where the pointer of another pane would be here. */
  echo: Point | null;
}

/** From this scale on only what is seen is drawn: a huge target rectangle is slow to raster. */
const LARGE = 2;

type Context = CanvasRenderingContext2D;

export function paint(context: Context, layers: Layers | null, frame: Frame): void {
  paintPicture(context, layers, frame);
  paintMarks(context, layers, frame);
}

/** The picture on its ground. */
export function paintPicture(context: Context, layers: Layers | null, frame: Frame): void {
  context.fillStyle = frame.background;
  context.fillRect(0, 0, frame.pane.width, frame.pane.height);
  if (!layers || !frame.visible) return;
  // Below 1:1 the tiles are as sharp as the screen, and a part of a picture would show its edges.
  const detail = frame.scale >= 1 ? layers.detail : null;
  if (!detail || !covers(detail.source, frame.visible)) {
    const { tiles, whole } = layers.tiles.seen(frame.visible, frame.scale);
    if (!whole) paintBase(context, layers, frame);
    smooth(context, true, frame.moving);
    for (const tile of tiles) paintPart(context, tile, frame);
  }
  if (!detail) return;
  smooth(context, frame.scale < 2, frame.moving);
  paintPart(context, detail, frame);
}

/** What helps to find the place, over the picture. */
export function paintMarks(context: Context, layers: Layers | null, frame: Frame): void {
  if (!layers || !frame.visible) return;
  if (frame.minimap) paintMinimap(context, layers, frame, frame.minimap);
  if (frame.echo) paintEcho(context, frame.echo, frame.ratio);
}

/** The thumbnail, only the part that is seen. */
function paintBase(context: Context, layers: Layers, frame: Frame): void {
  const { base, size } = layers;
  const { visible, origin, scale } = frame;
  if (!base || !visible) return;
  const rate = base.width / size.width;
  const left = Math.floor(visible.x * rate);
  const top = Math.floor(visible.y * rate);
  const right = Math.min(base.width, Math.ceil((visible.x + visible.width) * rate));
  const bottom = Math.min(base.height, Math.ceil((visible.y + visible.height) * rate));
  const up = { x: (size.width / base.width) * scale, y: (size.height / base.height) * scale };
  smooth(context, true, frame.moving);
  context.drawImage(
    base,
    left,
    top,
    right - left,
    bottom - top,
    origin.x + left * up.x,
    origin.y + top * up.y,
    (right - left) * up.x,
    (bottom - top) * up.y,
  );
}

/** On whole device pixels, or the seams would show; at 1:1 that is pixel on pixel. */
function paintPart(context: Context, { source, bitmap }: Part, frame: Frame): void {
  const { origin, scale, visible } = frame;
  const rate = bitmap.width / source.width;
  let [left, top, right, bottom] = [0, 0, bitmap.width, bitmap.height];
  if (scale > LARGE && visible) {
    left = Math.max(0, Math.floor((visible.x - source.x) * rate));
    top = Math.max(0, Math.floor((visible.y - source.y) * rate));
    right = Math.min(right, Math.ceil((visible.x + visible.width - source.x) * rate));
    bottom = Math.min(bottom, Math.ceil((visible.y + visible.height - source.y) * rate));
    if (right <= left || bottom <= top) return;
  }
  const [x, y] = [scale / rate, (scale * source.height) / bitmap.height];
  const [atX, atY] = [origin.x + source.x * scale, origin.y + source.y * scale];
  const [fromX, fromY] = [Math.round(atX + left * x), Math.round(atY + top * y)];
  context.drawImage(
    bitmap,
    left,
    top,
    right - left,
    bottom - top,
    fromX,
    fromY,
    Math.round(atX + right * x) - fromX,
    Math.round(atY + bottom * y) - fromY,
  );
}

function smooth(context: Context, on: boolean, moving: boolean): void {
  context.imageSmoothingEnabled = on;
  context.imageSmoothingQuality = moving ? 'low' : 'high';
}

function paintMinimap(context: Context, layers: Layers, frame: Frame, box: Rect): void {
  const { base, size } = layers;
  if (!base || !frame.visible) return;
  const line = Math.max(1, Math.round(frame.ratio));
  const seen = {
    x: box.x + (frame.visible.x / size.width) * box.width,
    y: box.y + (frame.visible.y / size.height) * box.height,
    width: (frame.visible.width / size.width) * box.width,
    height: (frame.visible.height / size.height) * box.height,
  };
  smooth(context, true, frame.moving);
  context.fillStyle = 'rgb(0 0 0 / 60%)';
  context.fillRect(box.x - line, box.y - line, box.width + 2 * line, box.height + 2 * line);
  context.drawImage(base, box.x, box.y, box.width, box.height);
  outline(context, seen, 'rgb(0 0 0 / 60%)', 3 * line);
  outline(context, seen, '#ffffff', Math.max(1, 1.5 * frame.ratio));
}

function outline(context: Context, box: Rect, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(box.x, box.y, box.width, box.height);
}

function paintEcho(context: Context, at: Point, ratio: number): void {
  const arm = 9 * ratio;
  for (const [colour, width] of [
    ['rgb(0 0 0 / 55%)', 3 * ratio],
    ['#ffffff', 1.25 * ratio],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(at.x - arm, at.y);
    context.lineTo(at.x + arm, at.y);
    context.moveTo(at.x, at.y - arm);
    context.lineTo(at.x, at.y + arm);
    context.stroke();
  }
}
