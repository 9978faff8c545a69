// What the user is composing. It survives a restart and is never wiped by Generate.

import type { LaneView, ReferenceView, SheetSpec } from '@/bindings/api';
import { variables } from '@/compose/variables';
import { micros, whole } from '@/shared/amounts';

interface Stored {
  text: string;
  vars: Record<string, string>;
  models: string[] | null;
  extra: string[];
  size: string | null;
  aspect: string | null;
  count: number;
  references: ReferenceView[];
  fallback: string | null;
  lane: LaneView['lane'];
  deadlineHours: number | null;
  maxUsd: string;
  resendUnknown: string;
}

const KEY = 'diptych.draft.1';
const EMPTY: Stored = {
  text: '',
  vars: {},
  models: null,
  extra: [],
  size: null,
  aspect: null,
  count: 1,
  references: [],
  fallback: null,
  lane: 'now',
  deadlineHours: null,
  maxUsd: '',
  resendUnknown: '',
};

function stored(): Stored {
  try {
    const raw = localStorage.getItem(KEY);
    return raw ? { ...EMPTY, ...(JSON.parse(raw) as Partial<Stored>) } : EMPTY;
  } catch {
    return EMPTY;
  }
}

export class Draft {
  text = $state('');
  vars: Record<string, string> = $state({});
  /** Chosen model ids; `null` until the user chose: the defaults of the settings. */
  models: string[] | null = $state(null);
  /** Models that were added to the list, chosen or not. */
  extra: string[] = $state([]);
  size: string | null = $state(null);
  aspect: string | null = $state(null);
  count = $state(1);
  references: ReferenceView[] = $state([]);
  /** `null` lets the engine decide. */
  fallback: string | null = $state(null);
  lane: LaneView['lane'] = $state('now');
  /** Off-peak, but sent anyway within so many hours. */
  deadlineHours: number | null = $state(null);
  /** What the sheet may cost in dollars, as it was written; empty means no limit. */
  maxUsd = $state('');
  /** How many outcomes unknown may be sent again without asking, as it was written. */
  resendUnknown = $state('');

  private stop: () => void;

  constructor() {
    Object.assign(this, structuredClone(stored()));
    this.stop = $effect.root(() => {
      $effect(() => this.save());
    });
  }

  destroy(): void {
    this.stop();
  }

  /** Values of the variables that the text holds now. */
  get values(): Record<string, string> {
    const values: Record<string, string> = {};
    for (const { name } of variables(this.text)) {
      const value = this.vars[name];
      if (value !== undefined && value !== '') values[name] = value;
    }
    return values;
  }

  /** The lane, where it is not the usual one, and by when it must have gone out. */
  private get when(): Partial<SheetSpec> {
    if (this.lane === 'now') return {};
    const hours = this.deadlineHours;
    if (hours === null) return { lane: this.lane };
    const minute = Math.ceil(Date.now() / 60_000);
    return { lane: this.lane, deadline_ms: (minute + hours * 60) * 60_000 };
  }

  /** What was set of the sheet's own limits. */
  private get limits(): Partial<SheetSpec> {
    const max_usd = micros(this.maxUsd);
    const resend_unknown = whole(this.resendUnknown);
    return { ...(max_usd !== null && { max_usd }), ...(resend_unknown !== null && { resend_unknown }) };
  }

  spec(defaults: { models: string[]; size: string; aspect: string }): Partial<SheetSpec> {
    return {
      prompt: this.text,
      models: this.models ?? defaults.models,
      accounts: [],
      size: this.size ?? defaults.size,
      aspect: this.aspect ?? (this.references.length > 0 ? null : defaults.aspect),
      count: this.count,
      references: this.references.map((reference) => reference.id),
      vars: this.values,
      fallback: this.fallback,
      origin: 'window',
      ...this.when,
      ...this.limits,
    };
  }

  private save(): void {
    const { text, vars, models, extra, size, aspect, count, references } = this;
    const { fallback, lane, deadlineHours, maxUsd, resendUnknown } = this;
    const what = { text, vars, models, extra, size, aspect, count, references };
    const all: Stored = { ...what, fallback, lane, deadlineHours, maxUsd, resendUnknown };
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // A full or forbidden store costs the draft's memory over restarts, nothing else.
    }
  }
}
