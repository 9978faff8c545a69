// The budget of the sheet on the stage, as it is changed: from the header, or from a cell that waits for room in it.
// One dialog for both, beside the cells: inside one of them, arrows and letters would go to the grid.

import { createContext, tick } from 'svelte';
import type { JobView, SheetView } from '@/bindings/api';
import type { Studio } from '@/state/studio.svelte';

/** The header's button, which stays whatever becomes of the cells. */
export const BUTTON = 'sheet-budget';

export const keptByBudget = (job: JobView): boolean =>
  job.state === 'parked' && job.reason?.code === 'R-budget';

export class Budget {
  /** The sheet that was on the stage when its dialog was opened: another one may come meanwhile. */
  asked: SheetView | null = $state.raw(null);

  constructor(private studio: Studio) {}

  change(): void {
    this.asked = this.studio.sheets.current;
  }

  close(): void {
    this.asked = null;
  }

  /** Micro-dollars, or none. Throws what the engine says against it, and stays open. */
  async set(max_usd: number | null): Promise<void> {
    if (!this.asked) return;
    const { host, sheets } = this.studio;
    await host.call('sheets.budget', { id: this.asked.id, max_usd });
    void sheets.reread();
    this.close();
    // The cell that it was opened from goes on, and its button with the reason goes.
    await tick();
    document.getElementById(BUTTON)?.focus();
  }

  /** What waits for room in it: pictures, what is gone already, and what they cost more. */
  get kept(): { n: number; spent: number; price: number } {
    const jobs = [...this.studio.sheets.jobs.values()].filter(
      (job) => job.sheet === this.asked?.id && keptByBudget(job),
    );
    return {
      n: jobs.length,
      spent: Math.max(0, ...jobs.map((job) => Number(job.reason?.params['spent'] ?? 0))),
      price: jobs.reduce((sum, job) => sum + job.usd, 0),
    };
  }
}

export const [getBudget, setBudget] = createContext<Budget>();
