// Where a smaller size passes and the wanted one is refused: the smaller one now, the wanted one later. Pure.

import type { Plan, RouteView, Sentence, SheetSpec } from '@/bindings/api';
import { laneOf } from './lanes';

export interface SmallerFirst {
  /** What the route says. */
  why: Sentence;
  small: string;
  large: string;
}

/** What a route of these models advises for this size; `null` where nothing does, or where the user waits anyway. */
export function smallerFirst(
  routes: readonly RouteView[],
  spec: Partial<SheetSpec>,
  practice: boolean,
  makes: (size: string) => boolean,
): SmallerFirst | null {
  if ((spec.lane ?? 'now') !== 'now') return null;
  for (const { hint, model, practice: simulated } of routes) {
    if (hint?.code !== 'S-hint-size' || simulated !== practice || !spec.models?.includes(model)) continue;
    const [small, large] = [String(hint.params['small']), String(hint.params['large'])];
    if (large === spec.size && makes(small)) return { why: hint, small, large };
  }
  return null;
}

/** The two sheets: the smaller one at once; the wanted one off-peak where it may, else in the queue. */
export function bothSheets(
  spec: Partial<SheetSpec>,
  { small }: SmallerFirst,
  plan: Plan | null,
): [Partial<SheetSpec>, Partial<SheetSpec>] {
  const calm = laneOf(plan, 'off-peak')?.possible === true;
  return [
    { ...spec, size: small },
    { ...spec, lane: calm ? 'off-peak' : 'now' },
  ];
}
