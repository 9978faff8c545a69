// Numbers as people write them into fields. What is neither a number nor empty is said at the field and never taken.

import { t } from '@/i18n/index.svelte';

/** A number from a field, without its sign; `null` where it is empty or none. */
function read(text: string, sign: string): number | null {
  const bare = text.replace(',', '.').replace(sign, '').trim();
  const value = Number(bare);
  return bare === '' || !Number.isFinite(value) || value < 0 ? null : value;
}

/** A number with or without a fraction. */
export const decimal = (text: string): number | null => read(text, '%');

/** A whole number. */
export function whole(text: string): number | null {
  const value = read(text, '');
  return value === null ? null : Math.round(value);
}

/** Micro-dollars from a field in dollars. */
export function micros(text: string): number | null {
  const value = read(text, '$');
  return value === null ? null : Math.round(value * 1_000_000);
}

/** As it stands in a field: whole dollars, or cents and what is below them. */
export const dollars = (value: number | null): string =>
  value === null
    ? ''
    : (value / 1_000_000)
        .toFixed(6)
        .replace(/(\.\d\d+?)0+$/, '$1')
        .replace(/\.00$/, '');

/** What is wrong with an amount in dollars; taken for an empty field, it would take a limit away. */
export const amountError = (text: string): string | null =>
  text.trim() !== '' && micros(text) === null ? t('field.amount') : null;

export const numberError = (text: string): string | null =>
  text.trim() !== '' && whole(text) === null ? t('field.number') : null;

/** Brings the first field that cannot be read into view and focus; whether there is one. */
export function showUnread(within: Element | null): boolean {
  const field = within?.querySelector<HTMLInputElement>('input[aria-invalid="true"]');
  if (!field) return false;
  const folded = field.closest('details');
  if (folded) folded.open = true;
  field.focus();
  return true;
}
