// Settings are saved as they are changed; a refusal shows and the field goes back.

import type { Studio } from '@/state/studio.svelte';
import type { SettingsPatch } from '@/bindings/api';

export function save({ notices, session }: Studio, patch: Partial<SettingsPatch>): Promise<void> {
  return notices.run(session.set(patch)).then(() => undefined);
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
