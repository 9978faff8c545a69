// What the compose panel decides with the draft, the catalogue and the plan: choices offered, and Generate.

import { createContext, tick } from 'svelte';
import type { ModelView, Plan, Sentence, SheetSpec } from '@/bindings/api';
import { isFailure } from '@/host';
import { showUnread } from '@/shared/amounts';
import type { Studio } from '@/state/studio.svelte';

const SIZES = ['512', '1K', '2K', '4K'];
/** Presses that follow each other within this are one. */
const ONE_PRESS_MS = 1_000;

export class Composer {
  submitting = $state(false);
  /** Set while the user is asked to agree to the price. */
  confirming: { why: Sentence; fresh: boolean } | null = $state(null);

  /** The sheet's own limits are shown. Those that are set always are. */
  limiting = $state(false);

  /** What was sent last, and when it was last pressed for. */
  private sent = { what: '', at: 0 };

  constructor(private studio: Studio) {
    this.limiting = this.limited;
  }

  /** Models of the settings, else of the catalogue. */
  get defaultModels(): string[] {
    const { session, models } = this.studio;
    const wanted = session.settings?.default_models ?? [];
    const named = wanted.length > 0 ? wanted : (models.catalogue?.default ?? []);
    return named.map((name) => models.find(name)?.id ?? name);
  }

  get chosen(): string[] {
    return this.studio.draft.models ?? this.defaultModels;
  }

  /** Rows of the model list: the defaults, what was added, and what is chosen; in the order of the catalogue. */
  get listed(): ModelView[] {
    const { models, draft } = this.studio;
    const shown = new Set([...this.defaultModels, ...draft.extra, ...this.chosen]);
    return models.available.filter((model) => shown.has(model.id));
  }

  get addable(): ModelView[] {
    const listed = new Set(this.listed.map((model) => model.id));
    return this.studio.models.available.filter((model) => !listed.has(model.id));
  }

  private get chosenModels(): ModelView[] {
    return this.chosen.flatMap((id) => this.studio.models.find(id) ?? []);
  }

  /** Aspects that every chosen model makes. */
  get aspects(): string[] {
    const [first, ...rest] = this.chosenModels;
    return (first?.aspects ?? []).filter((aspect) => rest.every((model) => model.aspects.includes(aspect)));
  }

  /** Sizes that any chosen model makes; `shared` where all do. */
  get sizes(): { size: string; shared: boolean }[] {
    const makes = this.chosenModels.map((model) => model.sizes.map((one) => one.size));
    return SIZES.filter((size) => makes.some((sizes) => sizes.includes(size))).map((size) => ({
      size,
      shared: makes.every((sizes) => sizes.includes(size)),
    }));
  }

  listPrice(model: ModelView, size: string): number | null {
    return model.sizes.find((one) => one.size === size)?.usd ?? null;
  }

  /** What one picture of each chosen model costs. `null` where an account has prices of its own, or unknown ones. */
  sizePrice(size: string): number | null {
    const { planner, models } = this.studio;
    const own = planner.plan?.items.some((item) => {
      const model = models.find(item.model);
      return model !== undefined && item.usd_each !== this.listPrice(model, item.size);
    });
    const prices = this.chosenModels.map((model) => (own ? null : this.listPrice(model, size)));
    return prices.includes(null) ? null : prices.reduce<number>((sum, price) => sum + (price ?? 0), 0);
  }

  get size(): string {
    return this.studio.draft.size ?? this.studio.session.settings?.default_size ?? '1K';
  }

  /** `null` follows the last reference. */
  get aspect(): string | null {
    const { draft, session } = this.studio;
    if (draft.aspect !== null) return draft.aspect;
    return draft.references.length > 0 ? null : (session.settings?.default_aspect ?? '1:1');
  }

  get maxReferences(): number {
    return Math.min(...this.chosenModels.map((model) => model.max_references), 99);
  }

  get spec(): Partial<SheetSpec> {
    return this.studio.draft.spec({
      models: this.defaultModels,
      size: this.size,
      aspect: this.studio.session.settings?.default_aspect ?? '1:1',
    });
  }

  toggle(id: string): void {
    const chosen = this.chosen;
    const next = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    const order = this.studio.models.all.map((model) => model.id);
    this.studio.draft.models = next.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }

  add(id: string): void {
    this.studio.draft.extra = [...this.studio.draft.extra, id];
    if (!this.chosen.includes(id)) this.toggle(id);
  }

  remove(id: string): void {
    this.studio.draft.extra = this.studio.draft.extra.filter((one) => one !== id);
    if (this.chosen.includes(id)) this.toggle(id);
  }

  /** Price of making all anew, where the library could answer some. */
  freshPrice(plan: Plan): number {
    return plan.items.reduce((sum, item) => sum + (item.usd_each ?? 0) * item.count, 0);
  }

  private get limited(): boolean {
    const { maxUsd, resendUnknown } = this.studio.draft;
    return `${maxUsd}${resendUnknown}`.trim() !== '';
  }

  async showLimits(): Promise<void> {
    this.limiting = !this.limiting || this.limited;
    await tick();
    document.querySelector<HTMLElement>('#sheet-limits input')?.focus();
  }

  /** A limit that cannot be read is no limit that could be left out: its field asks for it. */
  unreadable(): boolean {
    return showUnread(document.getElementById('sheet-limits'));
  }

  /** A double click, or a key that is held down: what it asks for was sent a moment ago. */
  private pressedTwice(what: string): boolean {
    const { sent } = this;
    const now = Date.now();
    const twice = what === sent.what && now - sent.at < ONE_PRESS_MS;
    if (twice) sent.at = now;
    return twice;
  }

  /**
   * One press. Where the library can answer, the first press asks in place (`fresh` says what was chosen); where
   * the plan wants a word about the price, the dialog asks.
   */
  async generate(fresh?: boolean, confirmed = false): Promise<void> {
    const { planner, sheets, notices, host } = this.studio;
    if (this.submitting || this.confirming || this.unreadable()) return;
    const spec = { ...this.spec, new: fresh ?? false };
    // The deadline moves on with the clock.
    const what = JSON.stringify({ ...spec, deadline_ms: null });
    if (this.pressedTwice(what)) return;
    this.submitting = true;
    try {
      const plan = planner.pending ? await planner.ask() : planner.plan;
      if (!plan || plan.problems.length > 0) return;
      if (plan.from_library > 0 && fresh === undefined) {
        await tick();
        document.getElementById('library-answer')?.focus();
        return;
      }
      if (plan.confirm && !confirmed) {
        this.confirming = { why: plan.confirm, fresh: fresh ?? false };
        return;
      }
      sheets.show(await host.call('sheets.create', { ...spec, confirmed }));
      this.sent = { what, at: Date.now() };
      void sheets.load();
      planner.stale();
    } catch (thrown) {
      if (isFailure(thrown) && thrown.sentence.code === 'E-CONFIRM') {
        this.confirming = { why: thrown.sentence, fresh: fresh ?? false };
      } else notices.failure(thrown);
    } finally {
      this.submitting = false;
    }
  }
}

export const [getComposer, setComposer] = createContext<Composer>();
