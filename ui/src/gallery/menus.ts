// What there is to filter by, in words: the same for the menus and for the chips that say what is chosen.

import type { Facet } from '@/bindings/api';
import { t } from '@/i18n/index.svelte';
import type { Models } from '@/state/lists.svelte';
import { MARKS, PRICES, RATINGS, TIMES, type Choices } from './filter';
import type { Gallery } from './state.svelte';

export interface Menu {
  kind: keyof Choices;
  /** Value, words, and how many pictures have it where that is known. */
  options: { value: string; label: string; pictures?: number }[];
}

const counted = (facets: Facet[], words = (value: string) => value) =>
  facets.map(({ value, pictures }) => ({ value, label: words(value), pictures }));

const named = (kind: string, values: readonly string[]) =>
  values.map((value) => ({ value, label: t(`gallery.filter.${kind}.${value}`) }));

export function menusOf({ facets }: Gallery, models: Pick<Models, 'find'>): Menu[] {
  const stars = RATINGS.map((value) => ({ value, label: t('gallery.filter.stars', { n: Number(value) }) }));
  return [
    { kind: 'collection', options: counted(facets.collections) },
    { kind: 'model', options: counted(facets.models, (id) => models.find(id)?.short ?? id) },
    { kind: 'size', options: counted(facets.sizes) },
    { kind: 'aspect', options: counted(facets.aspects) },
    { kind: 'rating', options: stars },
    { kind: 'time', options: named('time', TIMES) },
    { kind: 'tag', options: counted(facets.tags) },
    { kind: 'account', options: counted(facets.accounts) },
    { kind: 'price', options: named('price', PRICES) },
    { kind: 'mark', options: named('mark', MARKS) },
  ];
}
