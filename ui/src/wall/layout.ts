import type { Rect, Size } from './viewport';

/** Panes of one size on whole device pixels, and the caption's height; all in device pixels. */
export interface Layout {
  columns: number;
  rows: number;
  /** The picture part of a pane, the same for all. */
  view: Size;
  caption: number;
  /** Whole panes, caption included. */
  panes: Rect[];
}

export const GUTTER = 2;
export const CAPTION = 44;
export const MAX_PANES = 9;

/**
 * Lays out 1 to 9 panes so that pictures of this aspect come out largest, and of equally large ones so that the
 * fewest places stay empty. Two are always two columns: a pair is judged from left to right.
 */
export function layoutPanes(
  count: number,
  area: Size,
  aspect: number,
  ratio: number,
  caption = CAPTION,
): Layout {
  const total = Math.max(1, Math.min(MAX_PANES, count));
  const gutter = Math.max(1, Math.round(GUTTER * ratio));
  const foot = Math.round(caption * ratio);
  const whole = { width: Math.floor(area.width * ratio), height: Math.floor(area.height * ratio) };
  const choices = total === 2 ? [2] : Array.from({ length: total }, (_, at) => at + 1);

  let best = { columns: 1, rows: total, view: { width: 1, height: 1 }, worth: -1, empty: 0 };
  for (const columns of choices) {
    const rows = Math.ceil(total / columns);
    const view = {
      width: Math.max(1, Math.floor((whole.width - gutter * (columns - 1)) / columns)),
      height: Math.max(1, Math.floor((whole.height - gutter * (rows - 1)) / rows) - foot),
    };
    const worth = Math.min(view.width / aspect, view.height);
    const empty = rows * columns - total;
    if (worth > best.worth || (worth === best.worth && empty <= best.empty)) {
      best = { columns, rows, view, worth, empty };
    }
  }

  const { columns, rows, view } = best;
  const panes = Array.from({ length: total }, (_, at) => ({
    x: (at % columns) * (view.width + gutter),
    y: Math.floor(at / columns) * (view.height + foot + gutter),
    width: view.width,
    height: view.height + foot,
  }));
  return { columns, rows, view, caption: foot, panes };
}

/** CSS pixels from here to the next whole device pixel. */
export function gapTo(css: number, ratio: number): number {
  const device = css * ratio;
  return Math.max(0, Math.ceil(device - 0.01) - device) / ratio;
}

/** The same from the left and upper edge of an element; nothing before it is there. */
export function gapsIn(area: Element | undefined, ratio: number): { x: number; y: number } {
  const box = area?.getBoundingClientRect();
  return { x: gapTo(box?.left ?? 0, ratio), y: gapTo(box?.top ?? 0, ratio) };
}

/** The aspect most of the pictures have, as the median: one odd picture does not change the layout. */
export function commonAspect(pictures: Size[]): number {
  const all = pictures.filter((one) => one.width > 0 && one.height > 0).map((one) => one.width / one.height);
  all.sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? 1;
}
