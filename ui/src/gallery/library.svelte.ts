// The gallery's list: every picture that fits, as numbers, so that any place in it can be shown at once; rows are asked
// for where they are looked at. Kept up to date without moving what is looked at.

import type { Event, Failure, PictureFilter, PictureSort, PictureView } from '@/bindings/api';
import { asFailure, type Host } from '@/host';
import { ANY } from './filter';
import { unpackCounts, unpackDeltas } from './packed';
import type { Change } from './undo';

export type Phase = 'loading' | 'ready' | 'failed';

export interface Question {
  filter: PictureFilter;
  sort: PictureSort;
  bySheet: boolean;
}

/** Answered with the list itself: what the first screen shows. */
const FIRST_ROWS = 60;
/** Rows in one question. */
const CHUNK = 200;
/** Rows that nobody looks at yet are asked for by the block: slow scrolling asks now and then, not with every line. */
const BLOCK = 60;
/** So many more on both sides. */
const AHEAD = 16;
/** Rows kept: more than a review takes at once. */
const KEPT = 1_500;
/** Events are gathered for this long: a batch that finishes is one change. */
const GATHER_MS = 120;
/** A long list is not asked for all the time. */
const LONG = 20_000;
const GATHER_LONG_MS = 1_000;

export class Library {
  phase: Phase = $state('loading');
  failure: Failure | null = $state.raw(null);
  question: Question = $state.raw({ filter: ANY, sort: 'newest', bySheet: false });
  /** What is shown, in order. */
  seqs: Uint32Array = $state.raw(new Uint32Array());
  /** How many follow each other from one sheet; empty where they are not grouped. */
  groups: Uint32Array = $state.raw(new Uint32Array());
  /** New ones that wait at the top while somebody looks further down. */
  waiting = $state(0);
  total: number = $derived(this.seqs.length);
  /** All that fit are listed, not only those of the first screen. */
  whole = $state(false);
  /** Goes up when rows come or change: who reads rows reads this. */
  version = $state(0);

  /** Settles when the list asked for last is whole, or could not be read. */
  listed: Promise<void> = Promise.resolve();

  /** Says whether new pictures may come in at once: nobody has scrolled away from the top. */
  atTop: () => boolean = () => true;

  private rows = new Map<number, PictureView>();
  private stale = new Set<number>();
  /** What is on its way, and what did not come. */
  private asked = new Map<number, Promise<void>>();
  private all = new Uint32Array();
  private newest = 0;
  private turn = 0;
  private changed = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private host: Pick<Host, 'call'>) {}

  at(index: number): PictureView | undefined {
    const seq = this.seqs[index];
    return seq === undefined ? undefined : this.row(seq);
  }

  row(seq: number): PictureView | undefined {
    void this.version;
    return this.rows.get(seq);
  }

  /** Asks for another list. */
  async ask(question: Question): Promise<void> {
    const emptied = question.filter.trash !== this.question.filter.trash;
    this.question = question;
    if (emptied) this.seqs = new Uint32Array();
    await this.load();
  }

  /** Reads the list from its top. */
  async load(): Promise<void> {
    this.failure = null;
    if (this.total === 0) this.phase = 'loading';
    await this.find(FIRST_ROWS, () => true);
  }

  /** All of these rows are there. */
  holds(from: number, to: number): boolean {
    return this.seqs.subarray(from, to).every((seq) => this.rows.has(seq));
  }

  /** Makes sure that these rows are there. */
  async show(from: number, to: number): Promise<void> {
    await this.hydrate([...this.seqs.subarray(from, to)]);
  }

  /** And those around them, so that slow scrolling meets no empty cell. */
  async prepare(from: number, to: number): Promise<void> {
    const first = Math.floor(Math.max(0, from - AHEAD) / BLOCK) * BLOCK;
    const end = Math.ceil((to + AHEAD) / BLOCK) * BLOCK;
    await this.hydrate([...this.seqs.subarray(first, end)]);
  }

  /** These rows, those that are not there any more left out. */
  async fetch(seqs: readonly number[]): Promise<PictureView[]> {
    await this.hydrate(seqs);
    // What was on its way for somebody else may have been outdated before it came.
    await this.hydrate(seqs);
    return seqs.flatMap((seq) => this.rows.get(seq) ?? []);
  }

  /** Lets the waiting ones in. */
  admit(): void {
    this.take(this.all, this.groups, true);
  }

  async change(seqs: Iterable<number>, change: Change): Promise<void> {
    const list = [...seqs];
    await this.host.call('pictures.change', { ...change, seqs: list });
    for (const seq of list) this.stale.add(seq);
    await this.refresh();
  }

  hear(event: Event): void {
    if (event.type === 'resync' || event.type === 'pictures') {
      for (const seq of this.rows.keys()) this.stale.add(seq);
    } else if (event.type === 'picture') this.changed.add(event.id);
    else return;
    this.timer ??= setTimeout(() => void this.gather(), this.total > LONG ? GATHER_LONG_MS : GATHER_MS);
  }

  /** After a failure: what is missing is asked for again. */
  retry(): void {
    this.failure = null;
    if (this.phase === 'failed') void this.load();
    else this.version += 1;
  }

  private async gather(): Promise<void> {
    this.timer = undefined;
    for (const [seq, row] of this.rows) if (this.changed.has(row.id)) this.stale.add(seq);
    this.changed.clear();
    await this.refresh();
  }

  /** Reads the list again, in its place. */
  private async refresh(): Promise<void> {
    await this.find(0, this.atTop);
    this.version += 1;
  }

  private find(rows: number, admits: () => boolean): Promise<void> {
    this.listed = this.list(rows, admits);
    return this.listed;
  }

  private async list(rows: number, admits: () => boolean): Promise<void> {
    const turn = ++this.turn;
    try {
      // To list 100,000 takes longer than to show the first of them.
      if (rows > 0 && (await this.read(turn, rows, admits))) return;
      await this.read(turn, 0, admits);
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.failure = asFailure(thrown);
      if (this.total === 0 || rows > 0) this.phase = 'failed';
    }
  }

  /** The first rows, or with none of them the list of all. Says whether there is no more to read. */
  private async read(turn: number, rows: number, admits: () => boolean): Promise<boolean> {
    if (turn !== this.turn) return true;
    const { filter, sort, bySheet } = this.question;
    const ask = { filter, sort, by_sheet: bySheet, rows, page: rows > 0 };
    const found = await this.host.call('pictures.find', ask);
    if (turn !== this.turn) return true;
    this.keep(found.rows);
    this.take(unpackDeltas(found.seqs, found.total), unpackCounts(found.groups), admits());
    this.whole = found.whole;
    this.phase = 'ready';
    // The library answers again: cells may ask for their rows.
    this.failure = null;
    return found.whole;
  }

  private take(all: Uint32Array<ArrayBuffer>, groups: Uint32Array, admit: boolean): void {
    let held = 0;
    const { sort, bySheet } = this.question;
    const holds = !admit && sort === 'newest' && !bySheet;
    while (holds && (all[held] ?? 0) > this.newest) held += 1;
    if (held === 0) this.newest = all[0] ?? 0;
    this.all = all;
    this.waiting = held;
    this.seqs = all.subarray(held);
    this.groups = groups;
  }

  private async hydrate(seqs: readonly number[]): Promise<void> {
    const missing = (seq: number) => !this.rows.has(seq) || this.stale.has(seq);
    const wanted = seqs.filter((seq) => missing(seq) && !this.asked.has(seq));
    if (this.failure) return;
    if (wanted.length > 0) {
      const coming = this.request(wanted);
      for (const seq of wanted) this.asked.set(seq, coming);
    }
    // Also for what somebody else has asked for.
    await Promise.all(new Set(seqs.map((seq) => this.asked.get(seq))));
  }

  private async request(wanted: readonly number[]): Promise<void> {
    try {
      for (let at = 0; at < wanted.length; at += CHUNK) {
        const part = wanted.slice(at, at + CHUNK);
        for (const seq of part) this.stale.delete(seq);
        this.keep(await this.host.call('pictures.rows', { seqs: part }));
      }
      // What did not come is gone, and is not asked for again.
      for (const seq of wanted) if (this.rows.has(seq)) this.asked.delete(seq);
    } catch (thrown) {
      for (const seq of wanted) {
        this.asked.delete(seq);
        if (this.rows.has(seq)) this.stale.add(seq);
      }
      this.failure = asFailure(thrown);
    }
  }

  private keep(rows: PictureView[]): void {
    for (const row of rows) {
      // Taken out first, so that the one not read for longest stands first.
      this.rows.delete(row.seq);
      this.rows.set(row.seq, row);
    }
    for (const seq of this.rows.keys()) {
      if (this.rows.size <= KEPT) break;
      this.rows.delete(seq);
    }
    this.version += 1;
  }
}
