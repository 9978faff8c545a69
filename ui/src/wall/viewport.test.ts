import { describe, expect, it } from 'vitest';
import {
  clampView,
  fitView,
  isZoomedIn,
  originOf,
  panBy,
  percent,
  pixelAt,
  reference,
  scaleOf,
  visibleRect,
  zoomAt,
  type Scene,
  type View,
} from './viewport';

const pro = { width: 5504, height: 3072 };
const flash = { width: 1376, height: 768 };
const tall = { width: 3072, height: 5504 };
const scene: Scene = { pane: { width: 700, height: 800 }, pictures: [pro, flash] };
const centre = { x: 350, y: 400 };

/** Where a normalised point of a picture falls in its pane. */
function placeOf(view: View, of: Scene, picture: { width: number; height: number }, nx: number, ny: number) {
  const scale = scaleOf(view, of, picture);
  const origin = originOf(view, of, picture);
  return { x: origin.x + nx * picture.width * scale, y: origin.y + ny * picture.height * scale };
}

describe('the shared viewport', () => {
  it('fits the largest picture and centres it', () => {
    const view = fitView(scene);
    expect(reference(scene)).toBe(pro);
    expect(view.k).toBeCloseTo(700 / 5504, 10);
    expect(originOf(view, scene, pro)).toEqual({ x: 0, y: Math.round(400 - (3072 * view.k) / 2) });
  });

  it('shows the same spot at the same place whatever the pixel size', () => {
    let view = zoomAt(fitView(scene), scene, 1, { x: 120, y: 333 }, pro);
    view = panBy(view, scene, -240, 77, flash);
    for (const [nx, ny] of [
      [0.1, 0.2],
      [0.5, 0.5],
      [0.9, 0.75],
    ] as const) {
      const a = placeOf(view, scene, pro, nx, ny);
      const b = placeOf(view, scene, flash, nx, ny);
      expect(Math.abs(a.x - b.x)).toBeLessThanOrEqual(1);
      expect(Math.abs(a.y - b.y)).toBeLessThanOrEqual(1);
    }
  });

  it('gives a smaller picture the larger scale', () => {
    const view = zoomAt(fitView(scene), scene, 1, centre, pro);
    expect(scaleOf(view, scene, pro)).toBeCloseTo(1, 10);
    expect(scaleOf(view, scene, flash)).toBeCloseTo(4, 10);
  });

  it('keeps the pixel under the pointer while zooming', () => {
    let view = zoomAt(fitView(scene), scene, 1, { x: 300, y: 410 }, pro);
    const at = { x: 90, y: 610 };
    const before = pixelAt(view, scene, pro, at);
    view = zoomAt(view, scene, 7.3, at, pro);
    const after = pixelAt(view, scene, pro, at);
    expect(Math.abs((before?.x ?? 0) - (after?.x ?? 1e9))).toBeLessThanOrEqual(1);
    expect(Math.abs((before?.y ?? 0) - (after?.y ?? 1e9))).toBeLessThanOrEqual(1);
  });

  it('moves by exactly the pixels dragged', () => {
    const view = zoomAt(fitView(scene), scene, 2, centre, pro);
    const moved = panBy(view, scene, 31, -12, pro);
    const [a, b] = [originOf(view, scene, pro), originOf(moved, scene, pro)];
    expect(b.x - a.x).toBe(31);
    expect(b.y - a.y).toBe(-12);
  });

  it('stops at the edges and never zooms out past the whole picture', () => {
    let view = zoomAt(fitView(scene), scene, 1, centre, pro);
    view = panBy(view, scene, 1e6, 1e6, pro);
    expect(originOf(view, scene, pro)).toEqual({ x: 0, y: 0 });
    view = panBy(view, scene, -1e6, -1e6, pro);
    expect(originOf(view, scene, pro)).toEqual({ x: 700 - 5504, y: 800 - 3072 });
    expect(clampView({ ...view, k: 0.001 }, scene).k).toBeCloseTo(700 / 5504, 10);
    expect(clampView({ ...view, k: 999 }, scene).k).toBe(32);
  });

  it('lets a small picture be seen at 1:1 though it fits larger', () => {
    const small: Scene = { pane: { width: 1000, height: 1000 }, pictures: [{ width: 512, height: 512 }] };
    const view = clampView({ x: 0.2, y: 0.9, k: 1, fit: false }, small);
    expect(view).toEqual({ x: 0.5, y: 0.5, k: 1, fit: false });
    expect(isZoomedIn(view, small)).toBe(false);
  });

  it('reaches every corner where the shapes differ', () => {
    const mixed: Scene = { pane: { width: 700, height: 800 }, pictures: [pro, tall] };
    let view = zoomAt(fitView(mixed), mixed, 0.5, centre, pro);
    view = panBy(view, mixed, 1e6, 1e6, pro);
    expect(visibleRect(view, mixed, pro)?.y).toBe(0);
    expect(visibleRect(view, mixed, tall)?.y).toBe(0);
  });

  it('stays fitted while the pane changes, and keeps 1:1 otherwise', () => {
    const wider: Scene = { ...scene, pane: { width: 1400, height: 900 } };
    expect(clampView(fitView(scene), wider).k).toBeCloseTo(1400 / 5504, 10);
    const one = zoomAt(fitView(scene), scene, 1, centre, pro);
    expect(clampView(one, wider).k).toBe(1);
  });

  it('names the pixel under the pointer, and none beside the picture', () => {
    const view = fitView(scene);
    expect(pixelAt(view, scene, pro, { x: 350, y: 10 })).toBeNull();
    const middle = pixelAt(view, scene, pro, centre);
    expect(middle?.x).toBe(2752);
    expect(percent(view.k)).toBe(13);
  });

  it('clips the visible part to the picture', () => {
    const view = fitView(scene);
    const seen = visibleRect(view, scene, pro);
    expect(seen?.x).toBe(0);
    expect(seen?.width).toBeCloseTo(5504, 6);
    expect(seen?.height).toBeCloseTo(3072, 6);
  });
});
