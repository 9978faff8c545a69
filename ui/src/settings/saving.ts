// Settings are saved as they are changed; a refusal shows and the field goes back.

import type { Studio } from '@/state/studio.svelte';
import type { SettingsPatch } from '@/bindings/api';

export function save({ notices, session }: Studio, patch: Partial<SettingsPatch>): Promise<void> {
  return notices.run(session.set(patch)).then(() => undefined);
}

/** A whole number from a field, or `null` where it is empty or none. */
export function whole(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : Math.round(value);
}

/** Micro-dollars from a field in dollars. */
export function micros(text: string): number | null {
  const value = Number(text.replace(',', '.').replace('$', ''));
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : Math.round(value * 1_000_000);
}

export const dollars = (value: number | null): string => (value === null ? '' : String(value / 1_000_000));

/** A number with or without a fraction, as people write it. */
export function decimal(text: string): number | null {
  const value = Number(text.replace(',', '.').replace('%', '').trim());
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : value;
}

/** `9`, `9:5`, `09.30`, `0930` → `09:30`; the day ends at `24:00`. `null` where it is no time of day. */
export function clockOf(text: string): string | null {
  const hit = /^(\d{1,2})(?:[:.h]?(\d{1,2}))?$/.exec(text.trim());
  if (!hit) return null;
  const hour = Number(hit[1]);
  const minute = Number(hit[2] ?? 0);
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
