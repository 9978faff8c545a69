// Asks the engine what Generate would do and cost, whenever the draft or the weather changes.

import type { Failure, Plan, SheetSpec } from '@/bindings/api';
import { asFailure, type Host } from '@/host';

const TYPING_MS = 250;
const WEATHER_MS = 1_500;

export class Planner {
  plan: Plan | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** The plan shown is older than the draft. */
  pending = $state(false);

  /** Done when the first question is answered. */
  first: Promise<unknown> = Promise.resolve();

  private spec: Partial<SheetSpec> | null = null;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private host: Host) {}

  /** The draft changed. Who types is not asked after at every letter; the first draft is nobody's typing. */
  follow(spec: Partial<SheetSpec>): void {
    const first = this.spec === null;
    this.spec = spec;
    this.pending = true;
    clearTimeout(this.timer);
    if (first) this.first = this.ask();
    else this.timer = setTimeout(() => void this.ask(), TYPING_MS);
  }

  /** The world changed: quota, prices, what the library holds. */
  stale(): void {
    if (!this.spec || this.pending) return;
    this.pending = true;
    this.timer = setTimeout(() => void this.ask(), WEATHER_MS);
  }

  /** The answer for the draft as it is now, at once. */
  async ask(): Promise<Plan | null> {
    clearTimeout(this.timer);
    if (!this.spec) return null;
    const turn = ++this.asked;
    try {
      const plan = await this.host.call('sheets.plan', this.spec);
      if (turn === this.asked) {
        this.plan = plan;
        this.failure = null;
      }
    } catch (thrown) {
      if (turn === this.asked) {
        this.plan = null;
        this.failure = asFailure(thrown);
      }
    }
    if (turn === this.asked) this.pending = false;
    return this.plan;
  }

  destroy(): void {
    clearTimeout(this.timer);
  }
}
