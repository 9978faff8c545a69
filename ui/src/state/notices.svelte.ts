// What the user is told outside the place where it happened: failures stay until dismissed, good news leaves by itself,
// and sooner where there is no room.

import type { Failure } from '@/bindings/api';
import { asFailure } from '@/host';

export interface Notice {
  id: number;
  kind: 'failure' | 'info';
  failure?: Failure;
  text?: string;
}

const INFO_MS = 6_000;
const KEPT = 4;

export class Notices {
  list: Notice[] = $state([]);
  private next = 1;

  info(text: string): void {
    const id = this.push({ kind: 'info', text });
    setTimeout(() => this.dismiss(id), INFO_MS);
  }

  failure(thrown: unknown): void {
    this.push({ kind: 'failure', failure: asFailure(thrown) });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Runs a command; a failure is shown and gives `undefined`. */
  async run<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (thrown) {
      this.failure(thrown);
      return undefined;
    }
  }

  private push(notice: Omit<Notice, 'id'>): number {
    const id = this.next++;
    const all = [...this.list, { ...notice, id }];
    const failures = all.filter(({ kind }) => kind === 'failure').slice(-KEPT);
    const infos = all.filter(({ kind }) => kind === 'info').slice(-Math.max(1, KEPT - failures.length));
    this.list = all.filter((one) => failures.includes(one) || infos.includes(one));
    return id;
  }
}
