// Pictures come in from outside: files that were chosen or dropped, one after the other; or, in the window, what was dropped
// on it, of which only the engine knows the paths. What a file is, and whether it is here already, the engine says.

import type { Event, Imported, Sentence } from '@/bindings/api';
import { sentence, t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';

/** Files in folders that want to be pictures; a file that was chosen by itself is always looked at. */
const ENDING = /\.(png|jpe?g|webp|gif|bmp|tiff?|hei[cf]|avif|jxl)$/i;
/** Largest file that a page may hand over (the host's `MAX_IMPORT`). */
const MOST = 128 * 1024 * 1024;
const NOTHING: Imported = { imported: 0, known: 0, refused: 0, cancelled: false, files: [] };

export class Importer {
  /** Files looked at, of how many; `null` where nothing comes in. */
  progress: { done: number; total: number } | null = $state.raw(null);
  /** Something hovers that could be dropped. */
  over = $state(false);
  private stopped = false;

  constructor(private studio: Studio) {
    studio.onEvent((event: Event) => {
      if (event.type === 'import' && this.progress) this.progress = { done: event.done, total: event.total };
    });
  }

  /** Files that the page can read. */
  async files(files: readonly File[]): Promise<void> {
    if (this.progress || files.length === 0) return;
    this.begin(files.length);
    let sum = NOTHING;
    for (const [done, file] of files.entries()) {
      if (this.stopped) break;
      this.progress = { done, total: files.length };
      const one = (await unfit(file)) ?? (await this.take(file));
      // What is wrong with the library is wrong for the next file, too.
      if (!one) break;
      sum = added(sum, one);
    }
    this.end(sum);
  }

  private take(file: File): Promise<Imported | undefined> {
    return this.studio.notices.run(this.studio.host.importPicture(file));
  }

  /** What was dropped on the window. */
  async dropped(): Promise<void> {
    if (this.progress) return;
    this.begin(0);
    this.end((await this.studio.notices.run(this.studio.host.importDropped())) ?? NOTHING);
  }

  stop(): void {
    this.stopped = true;
    void this.studio.notices.run(this.studio.host.call('pictures.import-stop', {}));
  }

  private begin(total: number): void {
    this.stopped = false;
    this.over = false;
    this.progress = { done: 0, total };
  }

  private end(done: Imported): void {
    this.progress = null;
    if (done.imported + done.known + done.refused > 0) this.studio.notices.info(summary(done));
  }
}

/** Why a file is not handed over: others may be. */
async function unfit(file: File): Promise<Imported | null> {
  const refused = (reason: Sentence): Imported => ({
    ...NOTHING,
    refused: 1,
    files: [{ name: file.name, fate: 'refused', picture: null, reason }],
  });
  if (file.size > MOST) return refused({ code: 'E-IMPORT-HEAVY', params: { bytes: file.size, most: MOST } });
  // One that may not be read, or is gone since it was chosen.
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => null,
      (error: unknown) => refused({ code: 'E-IMPORT-FILE', params: { text: String(error) } }),
    );
}

function added(one: Imported, other: Imported): Imported {
  return {
    imported: one.imported + other.imported,
    known: one.known + other.known,
    refused: one.refused + other.refused,
    cancelled: one.cancelled || other.cancelled,
    files: [...one.files, ...other.files],
  };
}

/** `12 imported, 3 already here, 1 is no picture that can be kept.` And why, of the first that was refused. */
export function summary(done: Imported): string {
  const counts = (['imported', 'known', 'refused'] as const)
    .filter((kind) => done[kind] > 0)
    .map((kind) => t(`gallery.import.${kind}`, { n: done[kind] }))
    .reduce((first, second) => t('gallery.import.list', { first, second }));
  const text = t('gallery.import.done', { counts });
  const refused = done.files.find((file) => file.reason !== null);
  if (!refused?.reason) return text;
  return `${text} ${t('gallery.import.why', { file: refused.name, why: sentence(refused.reason) })}`;
}

/** Every file of what was dropped on a page, folders gone through. */
export async function filesOf(data: DataTransfer): Promise<File[]> {
  // Read at once: after the first pause the browser has forgotten what was dropped.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...data.files];
  const files: File[] = [];
  for (const entry of entries) await walk(entry, files, true);
  return files;
}

async function walk(entry: FileSystemEntry, files: File[], named: boolean): Promise<void> {
  if (entry.isFile && (named || ENDING.test(entry.name))) {
    files.push(await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)));
  } else if (entry.isDirectory) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const next = () => new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    // A folder is told in parts.
    for (let part = await next(); part.length > 0; part = await next()) {
      for (const one of part) await walk(one, files, false);
    }
  }
}
