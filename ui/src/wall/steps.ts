// What the wall shows at a time: a row of the sheet, or a handful of chosen pictures.

import type { JobView, PictureView, SheetView } from '@/bindings/api';
import { MAX_PANES } from './layout';
import type { Size } from './viewport';

/** One pane: a picture, a job that has none yet, or an id whose picture could not be found. */
export interface Entry {
  key: string;
  picture: PictureView | null;
  job: JobView | null;
}

export interface Step {
  entries: Entry[];
  /** Row (or column) of the sheet, from 0; null where the step is neither. */
  line: number | null;
}

/** A sheet is gone through row by row (one repeat, all models) or column by column (one model, all repeats). */
export type Axis = 'row' | 'column';

export const ofJob = (job: JobView): Entry => ({ key: job.id, picture: job.picture, job });
export const ofPicture = (picture: PictureView): Entry => ({ key: picture.id, picture, job: null });
export const ofMissing = (id: string): Entry => ({ key: id, picture: null, job: null });

/** A row or a column at a time; a sheet of one row or one column is compared as a whole. */
export function sheetSteps(sheet: SheetView, axis: Axis = 'row'): Step[] {
  const jobs = [...sheet.jobs].sort((a, b) => a.row - b.row || a.column - b.column);
  if (!hasBoth(sheet)) return paged(jobs.map(ofJob), null);
  const lines = [...new Set(jobs.map((job) => job[axis]))].sort((a, b) => a - b);
  return lines.flatMap((line) => paged(jobs.filter((job) => job[axis] === line).map(ofJob), line));
}

/** Does the sheet have rows and columns to choose from? */
export function hasBoth(sheet: SheetView): boolean {
  const differs = (axis: Axis) => sheet.jobs.some((job) => job[axis] !== sheet.jobs[0]?.[axis]);
  return differs('row') && differs('column');
}

/** The panes of a step: in the order they were put in, the pinned picture first wherever one goes. */
export function arranged(entries: Entry[], order: number[], pinned: Entry | null): Entry[] {
  const placed = order.length === entries.length ? order.flatMap((at) => entries[at] ?? []) : entries;
  if (!pinned) return placed;
  return [pinned, ...placed.filter((entry) => entry.key !== pinned.key)].slice(0, MAX_PANES);
}

export function pictureSteps(entries: Entry[]): Step[] {
  return paged(entries, null);
}

/** Where a picture is shown; the first step if nowhere. */
export function stepWith(steps: Step[], picture: string | null): number {
  const at = steps.findIndex((step) => step.entries.some((entry) => entry.picture?.id === picture));
  return picture === null ? 0 : Math.max(0, at);
}

/** Pixels of what a pane shows or will show. */
export function sizeOf(entry: Entry): Size {
  const known = entry.picture ?? entry.job;
  return known ? { width: known.width, height: known.height } : { width: 0, height: 0 };
}

/** More than nine are spread evenly, so that the last page is not a lonely picture. */
function paged(entries: Entry[], line: number | null): Step[] {
  const pages = Math.ceil(entries.length / MAX_PANES);
  const each = Math.ceil(entries.length / Math.max(1, pages));
  return Array.from({ length: pages }, (_, at) => ({
    entries: entries.slice(at * each, (at + 1) * each),
    line,
  }));
}
