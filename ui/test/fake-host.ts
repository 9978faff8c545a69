// A scripted host: answers from plain data, records every call, and emits events when a test says so.

import type {
  Event,
  Imported,
  LearnedHours,
  JobView,
  PictureView,
  Plan,
  Tally,
  PlanItem,
  QueuePage,
  ReferenceView,
  SheetSpec,
  SheetView,
  WeatherView,
} from '@/bindings/api';
import { NotAuthorised } from '@/host';
import type {
  Args,
  ChosenFolder,
  CloseAnswer,
  Command,
  DropEvent,
  FolderPurpose,
  Host,
  Result,
} from '@/host';
import * as data from './fake-data';
import { FakePictures } from './fake-pictures';
import { STORY } from './fake-story';
import { NO_WEATHER } from './fake-weather';

type Answers = { [C in Command]?: (args: Args<C>) => Result<C> | Promise<Result<C>> };

export interface Script {
  kind?: 'window' | 'browser';
  models?: typeof data.MODELS;
  accounts?: (typeof data.PRACTICE)[];
  settings?: Partial<typeof data.SETTINGS>;
  hello?: Partial<typeof data.HELLO>;
  status?: Partial<typeof data.STATUS>;
  sheets?: SheetView[];
  weather?: WeatherView;
  queue?: QueuePage;
  /** What the hours taught. */
  learned?: LearnedHours[];
  plan?: Partial<Plan>;
  /** The library; without it, what the sheets hold. */
  pictures?: PictureView[];
  /** What becomes of a file that is imported. */
  imports?: (name: string) => Imported;
  /** What was dropped on the window, as references. */
  droppedReferences?: ReferenceView[];
  answers?: Answers;
  unauthorised?: boolean;
}

/** What needs somebody first. */
const ATTENTION: JobView['state'][] = [
  'unknown',
  'parked',
  'failed',
  'sending',
  'queued',
  'done',
  'cancelled',
];

export interface Call {
  command: Command;
  args: Record<string, unknown>;
}

export class FakeHost implements Host {
  kind: 'window' | 'browser';
  readonly calls: Call[] = [];
  readonly closed: CloseAnswer[] = [];
  private listeners = new Set<(event: Event) => void>();
  private watchers = new Set<(up: boolean) => void>();
  private closers = new Set<(inFlight: number) => void>();
  private droppers = new Set<(what: DropEvent) => void>();
  /** Names of the files that came in. */
  readonly imported: string[] = [];
  readonly pictures: FakePictures;
  private settings;
  private changed = new Map<string, PictureView>();

  constructor(readonly script: Script = {}) {
    this.kind = script.kind ?? 'browser';
    this.settings = { ...data.SETTINGS, ...script.settings };
    const made = this.sheets.flatMap((sheet) => sheet.jobs.flatMap((job) => job.picture ?? []));
    this.pictures = new FakePictures(script.pictures ?? made.map((one, at) => ({ ...one, seq: at + 1 })));
  }

  words(): Promise<Record<string, string>> {
    return Promise.reject(new Error('the tests know all words'));
  }

  async call<C extends Command>(command: C, args: Args<C>): Promise<Result<C>> {
    this.calls.push({ command, args: args as Record<string, unknown> });
    if (this.script.unauthorised) throw new NotAuthorised();
    const scripted = this.script.answers?.[command];
    if (scripted) return scripted(args);
    return structuredClone(this.answer(command, args)) as Result<C>;
  }

  /** Arguments of the calls of one command, oldest first. */
  sent<C extends Command>(command: C): Args<C>[] {
    return this.calls.filter((call) => call.command === command).map((call) => call.args as Args<C>);
  }

  emit(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }

  connection(up: boolean): void {
    for (const watcher of this.watchers) watcher(up);
  }

  askToClose(inFlight: number): void {
    for (const closer of this.closers) closer(inFlight);
  }

  addReference(bytes: Blob): Promise<ReferenceView> {
    return Promise.resolve({
      id: `ref-${bytes.size}`,
      mime: bytes.type || 'image/png',
      width: 1200,
      height: 800,
      bytes: bytes.size,
    });
  }

  importPicture(file: File): Promise<Imported> {
    this.imported.push(file.name);
    return Promise.resolve(this.script.imports?.(file.name) ?? data.imported({ imported: 1 }));
  }

  importDropped(): Promise<Imported> {
    this.imported.push('what was dropped');
    return Promise.resolve(data.imported({ imported: 2, known: 1 }));
  }

  referenceDropped(): Promise<ReferenceView | null> {
    return Promise.resolve(this.script.droppedReferences?.shift() ?? null);
  }

  /** What was dragged out of the window, drag by drag. */
  readonly dragged: string[][] = [];

  dragOut(pictures: string[]): Promise<void> {
    this.dragged.push(pictures);
    return Promise.resolve();
  }

  /** The folder that the desktop gives next. */
  folder: ChosenFolder | null = { folder: '/media/pictures', left: 0 };
  readonly chosen: FolderPurpose[] = [];

  chooseFolder(purpose: FolderPurpose): Promise<ChosenFolder | null> {
    this.chosen.push(purpose);
    return Promise.resolve(this.folder);
  }

  /** Something happens over the window. */
  drop(what: DropEvent): void {
    for (const dropper of this.droppers) dropper(what);
  }

  onDrop(listener: (what: DropEvent) => void): () => void {
    this.droppers.add(listener);
    return () => this.droppers.delete(listener);
  }

  onEvent(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onConnection(watcher: (up: boolean) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  onCloseRequest(closer: (inFlight: number) => void): () => void {
    this.closers.add(closer);
    return () => this.closers.delete(closer);
  }

  answerClose(how: CloseAnswer): Promise<void> {
    this.closed.push(how);
    return Promise.resolve();
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  /** `picture/<id>/…` → `<id>.jpg` beside the page; what part of it is wanted stands in the query. */
  pictureUrl(path: string): string {
    const [, id = '', ...part] = path.split('/');
    return part[0] === 'crop' ? `${id}.jpg?${part.join('/')}` : `${id}.jpg`;
  }

  private get sheets(): SheetView[] {
    return this.script.sheets ?? [];
  }

  private answer(command: Command, args: unknown): unknown {
    const given = args as Record<string, unknown>;
    const models = this.script.models ?? data.MODELS;
    switch (command) {
      case 'hello':
        return { ...data.HELLO, ...this.script.hello };
      case 'settings.get':
        return this.settings;
      case 'settings.set':
        this.settings = { ...this.settings, ...(given as Partial<typeof data.SETTINGS>) };
        return this.settings;
      case 'models.list':
        return models;
      case 'accounts.list':
        return this.script.accounts ?? [data.account()];
      case 'status.get':
        return { ...data.STATUS, ...this.script.status };
      case 'weather.get':
        return this.script.weather ?? NO_WEATHER;
      case 'off-peak.learned':
        return this.script.learned ?? [];
      case 'queue.get': {
        const page = this.script.queue ?? { paused: false, draining: false, lanes: [], sheets: [] };
        const lane = given['lane'] as string | null;
        return { ...page, sheets: page.sheets.filter((one) => lane === null || one.lane === lane) };
      }
      case 'jobs.story':
        return STORY;
      case 'jobs.list':
        return this.sheets
          .flatMap((sheet) => sheet.jobs)
          .filter((job) => given['sheet'] === null || job.sheet === given['sheet'])
          .filter((job) => given['state'] === null || job.state === given['state'])
          .toSorted((a, b) =>
            given['attention'] ? ATTENTION.indexOf(a.state) - ATTENTION.indexOf(b.state) : 0,
          )
          .slice(0, Number(given['limit']));
      case 'sheets.list':
        return this.sheets.map((sheet) => ({
          id: sheet.id,
          title: sheet.title,
          created_ms: sheet.created_ms,
          jobs: sheet.jobs.length,
          done: sheet.jobs.filter((job) => job.state === 'done').length,
          open: sheet.jobs.filter((job) => job.state === 'queued' || job.state === 'sending').length,
        }));
      case 'sheets.get':
        return this.sheets.find((sheet) => sheet.id === given['id']) ?? this.sheets[0];
      case 'sheets.plan':
        return { ...this.plan(given as Partial<SheetSpec>), ...this.script.plan };
      case 'sheets.create':
        return this.create(given as Partial<SheetSpec>);
      case 'pictures.get':
      case 'pictures.rate':
      case 'pictures.trash':
      case 'pictures.restore':
        return this.picture(command, given);
      case 'pictures.find':
        return this.pictures.find(given);
      case 'pictures.rows':
        return this.pictures.rows(given['seqs'] as number[]);
      case 'pictures.facets':
        return this.pictures.facets(given['trash'] === true);
      case 'pictures.save':
        return {
          pictures: (given['seqs'] as number[]).length,
          folder: '~/.local/share/diptych/exports',
          stopped: false,
          failed: 0,
          reason: null,
        };
      case 'pictures.name-example':
        return {
          name: `2026-01-15-layered-hills-at-dawn-${String(given['seq'])}.${String(given['format'] ?? 'png')}`,
        };
      case 'pictures.as-reference':
        return {
          id: `ref-${String(given['id'])}`,
          mime: 'image/jpeg',
          width: 4096,
          height: 2286,
          bytes: 5_200_000,
        };
      case 'sheets.save-contact':
        return {
          pictures: 1,
          failed: 0,
          reason: null,
          folder: '~/.local/share/diptych/exports',
          stopped: false,
        };
      case 'storage.get':
        return data.STORAGE;
      case 'storage.empty-cache':
        return { bytes: data.STORAGE.cache.bytes };
      case 'storage.delete-trash':
        return { pictures: data.STORAGE.trash.files };
      case 'pictures.change':
        return this.pictures.change(given);
      case 'labels.rename':
        return this.pictures.rename(given);
      case 'accounts.add':
        return {
          account: data.account({ id: 'a-new', name: String(given['name']), kind: String(given['kind']) }),
          warning: null,
        };
      case 'accounts.set':
        return { account: data.account({ name: String(given['name']) }), warning: null };
      case 'accounts.test':
        return { ok: true, models: 41, known: [data.PRO, data.FLASH], elapsed_ms: 310, trouble: null };
      case 'jobs.redo':
        return data.job(0, 0, { id: 'j-redo', model_asked: String(given['model']) });
      case 'jobs.tally':
        return this.tally(given);
      case 'queue.pause':
      case 'queue.resume':
        return { ...data.STATUS.queue, paused: command === 'queue.pause' };
      default:
        return command.startsWith('jobs.') || command.startsWith('sheets.') ? { jobs: 1, sent: 0 } : {};
    }
  }

  /** Counts what the sheets hold; where they hold nothing of it, what the lanes say. */
  private tally(given: Record<string, unknown>): Tally {
    const states = given['states'] as JobView['state'][];
    const jobs = this.sheets.flatMap((sheet) => sheet.jobs).filter((job) => states.includes(job.state));
    const real = jobs.filter((job) => !job.practice);
    const lanes = (this.script.queue?.lanes ?? []).filter(
      (lane) => given['lane'] === null || lane.lane === given['lane'],
    );
    const waiting = lanes.reduce((sum, lane) => sum + lane.queued + lane.parked + lane.sending, 0);
    return {
      jobs: jobs.length || waiting,
      sending: lanes.reduce((sum, lane) => sum + lane.sending, 0),
      practice: jobs.length - real.length,
      usd: real.reduce((sum, job) => sum + job.usd, 0),
      unpriced: real.filter((job) => job.usd <= 0).length,
    };
  }

  /** A picture of the sheets as it is after what was done to it. */
  private picture(command: Command, given: Record<string, unknown>): PictureView {
    const id = String(given['id']);
    const known = this.sheets.flatMap((sheet) => sheet.jobs).find((job) => job.picture?.id === id)?.picture;
    const picture = this.changed.get(id) ?? known ?? data.picture({ id });
    const rating = command === 'pictures.rate' ? Number(given['rating']) : picture.rating;
    const moved = command === 'pictures.trash' || command === 'pictures.restore';
    const trashed = moved ? command === 'pictures.trash' : picture.trashed;
    const now = { ...picture, rating, trashed };
    this.changed.set(id, now);
    return now;
  }

  private plan(spec: Partial<SheetSpec>): Plan {
    const models = (this.script.models ?? data.MODELS).models;
    const count = spec.count ?? 1;
    const items: PlanItem[] = (spec.models ?? []).flatMap((id) => {
      const model = models.find((one) => one.id === id);
      if (!model) return [];
      const size = spec.size ?? '4K';
      const aspect = spec.aspect ?? '16:9';
      const pixels = model.pixels.find((one) => one.size === size && one.aspect === aspect);
      return {
        model: id,
        account: 'studio',
        size,
        aspect,
        width: pixels?.width ?? 0,
        height: pixels?.height ?? 0,
        count,
        from_library: 0,
        usd_each: model.sizes.find((one) => one.size === size)?.usd ?? null,
        typical_ms: id === data.PRO ? 50_000 : 18_000,
        wait: null,
      };
    });
    return {
      pictures: count * items.length,
      from_library: 0,
      existing: [],
      usd: items.reduce((sum, item) => sum + (item.usd_each ?? 0) * count, 0),
      practice: false,
      items,
      prompt: spec.prompt ?? '',
      tokens: Math.ceil((spec.prompt ?? '').length / 4),
      fallback: spec.fallback ?? (items.length > 1 ? 'never' : 'after:600'),
      confirm: null,
      lanes: [],
      feasibility: null,
      problems: spec.prompt ? [] : [{ sentence: { code: 'E-PROMPT-EMPTY', params: {} }, billed: null }],
      notes: [],
    };
  }

  private create(spec: Partial<SheetSpec>): SheetView {
    const models = spec.models ?? [];
    const jobs: JobView[] = Array.from({ length: spec.count ?? 1 }, (_, row) =>
      models.map((id, column) => data.job(row, column, { model_asked: id, sheet: 's-new' })),
    ).flat();
    return data.sheet(jobs, { id: 's-new', title: (spec.prompt ?? '').slice(0, 40), models });
  }
}
