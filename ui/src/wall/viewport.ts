/**
 * The one viewport that all panes share.
 *
 * It lives in normalised image coordinates, so pictures of different pixel sizes show the same spot at the same place.
 * `k` is device pixels per image pixel of the reference picture (the largest); the others are scaled so that they fill
 * a pane exactly as the reference does. Every length here is in device pixels unless it says *image*.
 */
export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Point, Size {}

export interface View extends Point {
  /** Device pixels per image pixel of the reference picture. */
  k: number;
  /** Follows the pane: stays fitted when the window changes. */
  fit: boolean;
}

/** What is shown: panes of one size, and the pixel sizes of their pictures. */
export interface Scene {
  pane: Size;
  pictures: Size[];
}

export const MAX_SCALE = 32;

/** Scale at which a picture just fits into a pane. */
export function fitScale(picture: Size, pane: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.min(pane.width / picture.width, pane.height / picture.height);
}

/** The largest picture: 1:1 is its pixels. */
export function reference(scene: Scene): Size {
  const largest = scene.pictures.reduce<Size | null>(
    (best, one) => (best && best.width * best.height >= one.width * one.height ? best : one),
    null,
  );
  return largest ?? { width: 1, height: 1 };
}

/** Device pixels per image pixel of this picture. */
export function scaleOf(view: View, scene: Scene, picture: Size): number {
  return (view.k * fitScale(picture, scene.pane)) / fitScale(reference(scene), scene.pane);
}

export function fitView(scene: Scene): View {
  return { x: 0.5, y: 0.5, k: fitScale(reference(scene), scene.pane), fit: true };
}

/** Smallest scale: everything is seen, or, for small pictures, 1:1. */
export function minScale(scene: Scene): number {
  return Math.min(1, fitScale(reference(scene), scene.pane));
}

/** Keeps the scale in its limits and the picture in its pane. */
export function clampView(view: View, scene: Scene): View {
  if (view.fit) return fitView(scene);
  const k = Math.min(MAX_SCALE, Math.max(minScale(scene), view.k));
  const next = { ...view, k };
  return { ...next, x: clampAxis(next, scene, 'x'), y: clampAxis(next, scene, 'y') };
}

/** The picture that can be moved furthest decides, so that no corner is out of reach in any pane. */
function clampAxis(view: View, scene: Scene, axis: 'x' | 'y'): number {
  const side = axis === 'x' ? 'width' : 'height';
  const halves = scene.pictures.map((one) => scene.pane[side] / 2 / (one[side] * scaleOf(view, scene, one)));
  const low = Math.min(0.5, ...halves);
  return Math.min(1 - low, Math.max(low, view[axis]));
}

/** Zooms so that what lies under `at` (in the pane of `picture`) stays under it. */
export function zoomAt(view: View, scene: Scene, k: number, at: Point, picture: Size): View {
  const wanted = Math.min(MAX_SCALE, Math.max(minScale(scene), k));
  const before = scaleOf(view, scene, picture);
  const after = scaleOf({ ...view, k: wanted }, scene, picture);
  const shift = (offset: number, side: number) => offset / (side * before) - offset / (side * after);
  return clampView(
    {
      x: view.x + shift(at.x - scene.pane.width / 2, picture.width),
      y: view.y + shift(at.y - scene.pane.height / 2, picture.height),
      k: wanted,
      fit: false,
    },
    scene,
  );
}

export function panBy(view: View, scene: Scene, dx: number, dy: number, picture: Size): View {
  const scale = scaleOf(view, scene, picture);
  const moved = {
    ...view,
    x: view.x - dx / (picture.width * scale),
    y: view.y - dy / (picture.height * scale),
  };
  return view.fit ? view : clampView(moved, scene);
}

/** Top left corner of the picture in its pane, on whole device pixels so that 1:1 is not resampled. */
export function originOf(view: View, scene: Scene, picture: Size): Point {
  const scale = scaleOf(view, scene, picture);
  return {
    x: Math.round(scene.pane.width / 2 - view.x * picture.width * scale),
    y: Math.round(scene.pane.height / 2 - view.y * picture.height * scale),
  };
}

/** The image pixel under a point of the pane, or null beside the picture. */
export function pixelAt(view: View, scene: Scene, picture: Size, at: Point): Point | null {
  const scale = scaleOf(view, scene, picture);
  const origin = originOf(view, scene, picture);
  const x = Math.floor((at.x - origin.x) / scale);
  const y = Math.floor((at.y - origin.y) / scale);
  return x >= 0 && y >= 0 && x < picture.width && y < picture.height ? { x, y } : null;
}

/** The part of the picture that its pane shows, in image pixels (fractions kept); null when nothing of it is seen. */
export function visibleRect(view: View, scene: Scene, picture: Size): Rect | null {
  const scale = scaleOf(view, scene, picture);
  const origin = originOf(view, scene, picture);
  const left = Math.max(0, -origin.x / scale);
  const top = Math.max(0, -origin.y / scale);
  const right = Math.min(picture.width, (scene.pane.width - origin.x) / scale);
  const bottom = Math.min(picture.height, (scene.pane.height - origin.y) / scale);
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/** Is more of the picture there than the pane shows? */
export function isZoomedIn(view: View, scene: Scene): boolean {
  return view.k > fitScale(reference(scene), scene.pane) * 1.001;
}

/** The scale as people say it: `100 %` is one image pixel on one device pixel. */
export function percent(scale: number): number {
  const value = scale * 100;
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}
