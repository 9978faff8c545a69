// Settings are saved as they are changed; a refusal shows and the field goes back.

import type { SettingsPatch } from '@/bindings/api';
import type { Studio } from '@/state/studio.svelte';

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
