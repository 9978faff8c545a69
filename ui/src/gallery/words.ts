// How a picture is named and priced in words, the same on the wall and in the gallery.

import type { ImportedView, PictureView, Sentence } from '@/bindings/api';
import { sentence, t, usd, usdEach } from '@/i18n/index.svelte';
import type { Models } from '@/state/lists.svelte';

type Names = Pick<Models, 'find' | 'name' | 'short'>;

/** The model that answered; of a picture from outside that names none, its file. A dated version the catalogue does not list goes by the name of what was asked. */
export function modelName(models: Names, picture: PictureView, short = false): string {
  const used = models.find(picture.model_used);
  if (used) return short ? used.short : used.name;
  if (picture.imported) return picture.model_used || picture.imported.file;
  if (picture.fallback) return picture.model_used;
  return short ? models.short(picture.model_asked) : models.name(picture.model_asked);
}

/** `5504 × 3072` */
export function pixels(size: { width: number; height: number }): string {
  return `${size.width} × ${size.height}`;
}

/** `JPEG`, from the media type. */
export function formatName(mime: string): string {
  return (mime.split('/')[1] ?? mime).replace(/^x-/, '').toUpperCase();
}

/** Practice money is never shown as if it were real; that is written as `real` says. */
export function money(micros: number, practice: boolean, real = usd): string {
  return practice ? t('gallery.price-practice', { usd: micros }) : real(micros);
}

export function priceOf(picture: Pick<PictureView, 'usd' | 'practice'>): string {
  return money(picture.usd, picture.practice, usdEach);
}

/** Whose recipe is in a picture from outside. */
export function originOf(imported: ImportedView): string {
  return t(`gallery.origin.${imported.tool ?? 'none'}`);
}

/** What deserves a warning: that a picture is practice or a fallback is said by its own mark. */
export function warnings(notes: Sentence[]): string[] {
  return notes.filter((note) => note.code !== 'W-PRACTICE' && note.code !== 'W-MODEL').map(sentence);
}
