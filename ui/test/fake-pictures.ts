// A scripted library of pictures, newest first: found, shown by rows, changed.

import type {
  ChangePictures,
  FindPictures,
  FoundPictures,
  PictureFacets,
  PictureFilter,
  PictureView,
  RenameLabel,
} from '@/bindings/api';
import { ANY } from '@/gallery/filter';
import { pack } from '@/gallery/packed';

const any = (list: string[], value: string | null) => list.length === 0 || list.includes(value ?? '');

function fits(filter: PictureFilter, one: PictureView): boolean {
  return (
    one.trashed === filter.trash &&
    one.prompt.includes(filter.search ?? '') &&
    any(filter.models, one.model_used) &&
    any(filter.sizes, one.size) &&
    any(filter.aspects, one.aspect) &&
    any(filter.accounts, one.account) &&
    filter.tags.every((tag) => one.tags.includes(tag)) &&
    filter.collections.every((name) => one.collections.includes(name)) &&
    (filter.sheet === null || one.sheet === filter.sheet) &&
    one.rating >= (filter.rating_min ?? 0) &&
    one.rating <= (filter.rating_max ?? 5)
  );
}

const labels = (before: string[], put: string[], taken: string[]) =>
  [...new Set([...before, ...put])].filter((name) => !taken.includes(name));

function counted(values: (string | null)[]) {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, pictures]) => ({ value, pictures }));
}

export class FakePictures {
  constructor(public all: PictureView[]) {}

  find({ filter = ANY, by_sheet = false, rows = 0, page = false }: Partial<FindPictures>): FoundPictures {
    let found = this.all.filter((one) => fits(filter, one));
    const groups = new Map<string, PictureView[]>();
    if (by_sheet) {
      for (const one of found) {
        const sheet = one.sheet ?? '';
        groups.set(sheet, [...(groups.get(sheet) ?? []), one]);
      }
      found = [...groups.values()].flat();
    }
    const whole = !page || by_sheet || found.length < rows;
    if (!whole) found = found.slice(0, rows);
    return {
      whole,
      seqs: pack(
        found.map((one) => one.seq),
        true,
      ),
      groups: pack(
        [...groups.values()].map((group) => group.length),
        false,
      ),
      total: found.length,
      rows: found.slice(0, rows),
    };
  }

  rows(seqs: number[]): PictureView[] {
    const wanted = new Set(seqs);
    const found = new Map(this.all.filter((one) => wanted.has(one.seq)).map((one) => [one.seq, one]));
    return seqs.flatMap((seq) => found.get(seq) ?? []);
  }

  change(change: Partial<ChangePictures>): { pictures: number } {
    const { seqs = [], rating, trashed, tag = [], untag = [], collect = [], uncollect = [] } = change;
    const wanted = new Set(seqs);
    this.all = this.all.map((one) => {
      if (!wanted.has(one.seq)) return one;
      const tags = labels(one.tags, tag, untag);
      const collections = labels(one.collections, collect, uncollect);
      return { ...one, rating: rating ?? one.rating, trashed: trashed ?? one.trashed, tags, collections };
    });
    return { pictures: wanted.size };
  }

  /** Of collections. */
  rename({ name = '', to = null }: Partial<RenameLabel>): { pictures: number } {
    const theirs = this.all.filter((one) => one.collections.includes(name));
    return this.change({
      seqs: theirs.map((one) => one.seq),
      uncollect: [name],
      collect: to === null ? [] : [to],
    });
  }

  facets(trash: boolean): PictureFacets {
    const these = this.all.filter((one) => one.trashed === trash);
    return {
      models: counted(these.map((one) => one.model_used)),
      accounts: counted(these.map((one) => one.account)),
      sizes: counted(these.map((one) => one.size)),
      aspects: counted(these.map((one) => one.aspect)),
      tags: counted(these.flatMap((one) => one.tags)),
      collections: counted(these.flatMap((one) => one.collections)),
    };
  }
}
