// Plain copies of what the engine lists: models, accounts, the status line's figures.

import type { AccountView, Models as Catalogue, ModelView, Status as StatusView } from '@/bindings/api';
import type { Host } from '@/host';

export class Models {
  catalogue: Catalogue | null = $state(null);

  constructor(private host: Host) {}

  get all(): ModelView[] {
    return this.catalogue?.models ?? [];
  }

  get available(): ModelView[] {
    return this.all.filter((model) => model.status !== 'retired');
  }

  find(idOrAlias: string): ModelView | undefined {
    return this.all.find((model) => model.id === idOrAlias || model.alias === idOrAlias);
  }

  /** Full name for people; an unknown id stands for itself. */
  name(id: string): string {
    return this.find(id)?.name ?? id;
  }

  short(id: string): string {
    return this.find(id)?.short ?? id;
  }

  /** What takes a model's place first where it is not to be had. */
  standIn(id: string): ModelView | undefined {
    const other = this.find(id)?.stand_in;
    return other ? this.find(other) : undefined;
  }

  async load(): Promise<void> {
    this.catalogue = await this.host.call('models.list', {});
  }
}

export class Accounts {
  list: AccountView[] = $state([]);

  constructor(private host: Host) {}

  async load(): Promise<void> {
    this.list = await this.host.call('accounts.list', {});
  }
}

export class Status {
  value: StatusView | null = $state(null);

  constructor(private host: Host) {}

  async load(): Promise<void> {
    this.value = await this.host.call('status.get', {});
  }
}
