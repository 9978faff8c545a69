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
  /** Row of the sheet, from 0; null where the step is no row. */
  row: number | null;
}

export const ofJob = (job: JobView): Entry => ({ key: job.id, picture: job.picture, job });
export const ofPicture = (picture: PictureView): Entry => ({ key: picture.id, picture, job: null });
export const ofMissing = (id: string): Entry => ({ key: id, picture: null, job: null });

/** A row at a time; a sheet of one row or one column is compared as a whole. */
export function sheetSteps(sheet: SheetView): Step[] {
  const jobs = [...sheet.jobs].sort((a, b) => a.row - b.row || a.column - b.column);
  const rows = [...new Set(jobs.map((job) => job.row))];
  const single = rows.length < 2 || jobs.every((job) => job.column === jobs[0]?.column);
  if (single) return paged(jobs.map(ofJob), null);
  return rows.flatMap((row) => paged(jobs.filter((job) => job.row === row).map(ofJob), row));
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
function paged(entries: Entry[], row: number | null): Step[] {
  const pages = Math.ceil(entries.length / MAX_PANES);
  const each = Math.ceil(entries.length / Math.max(1, pages));
  return Array.from({ length: pages }, (_, at) => ({
    entries: entries.slice(at * each, (at + 1) * each),
    row,
  }));
}
