// What a picture would cost once more, on each model.

import type { ModelView, PictureView, PlanItem } from '@/bindings/api';
import type { Studio } from '@/state/studio.svelte';

export interface Offer {
  model: ModelView;
  /** What it would be; absent where this model cannot make it. */
  item: PlanItem | null;
  practice: boolean;
}

/** Asked one by one: what one model cannot do is no reason against another. */
export function offers({ host, models }: Studio, picture: PictureView): Promise<Offer[]> {
  const { prompt, size, aspect, practice } = picture;
  return Promise.all(
    models.available.map(async (model) => {
      const spec = { prompt, models: [model.id], size, aspect, count: 1, new: true };
      const plan = await host.call('sheets.plan', spec).catch(() => null);
      const item = plan && plan.problems.length === 0 ? (plan.items[0] ?? null) : null;
      return { model, item, practice };
    }),
  );
}
