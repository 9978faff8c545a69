// What the window and the browser offer alike. Nothing outside this folder knows which of the two it runs in;
// bytes of pictures never pass here, only addresses that the image protocol answers.

import type { Commands, Event, Failure, Imported, ReferenceView } from '@/bindings/api';

export type Command = keyof Commands;
export type Args<C extends Command> = Partial<Commands[C]['args']>;
export type Result<C extends Command> = Commands[C]['result'];
export type CloseAnswer = 'wait' | 'leave' | 'stay';

/** What a folder is for that the person chooses: copies of new pictures, or the library itself. */
export type FolderPurpose = 'auto_save' | 'library';

export interface ChosenFolder {
  folder: string;
  /** Files that stay in the old folder, because they are nowhere else. */
  left: number;
}

export type DropEvent = 'over' | 'gone' | 'dropped';

export interface Host {
  kind: 'window' | 'browser';
  /** All sentences of a language, by their keys. Needs no session. */
  words(language: string): Promise<Record<string, string>>;
  /** Rejects with a `Failure`, or with `NotAuthorised`. */
  call<C extends Command>(command: C, args: Args<C>): Promise<Result<C>>;
  addReference(bytes: Blob): Promise<ReferenceView>;
  /** Takes a picture in from outside. */
  importPicture(file: File): Promise<Imported>;
  /** Files over the window: the page never learns their paths. Never in the browser, where a page sees them itself. */
  onDrop(listener: (what: DropEvent) => void): () => void;
  /** Imports what was dropped on the window last. */
  importDropped(): Promise<Imported>;
  /** The next file of what was dropped on the window becomes a reference; null when there is none left. */
  referenceDropped(): Promise<ReferenceView | null>;
  /** Drags the originals of these to another program, with the button that is held down. Never in the browser. */
  dragOut(pictures: string[]): Promise<void>;
  /** The desktop asks for a folder, and takes it into use; null where none is chosen. Never in the browser. */
  chooseFolder(purpose: FolderPurpose): Promise<ChosenFolder | null>;
  /** Reconnects by itself; after a reconnect the listener gets `{ type: 'resync' }`. */
  onEvent(listener: (event: Event) => void): () => void;
  /** Whether events arrive at present. */
  onConnection(listener: (up: boolean) => void): () => void;
  /** `picture/<id>/thumb` → an address for `<img src>`. */
  pictureUrl(path: string): string;
  /** The window is asked to close while calls are on the wire. Never in the browser. */
  onCloseRequest(listener: (inFlight: number) => void): () => void;
  answerClose(how: CloseAnswer): Promise<void>;
  /** The first view is on the screen. */
  ready(): Promise<void>;
}

/** The browser has no session: the address that was opened carried no token, or an old one. */
export class NotAuthorised extends Error {
  constructor() {
    super('not authorised');
    this.name = 'NotAuthorised';
  }
}

export function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null || !('sentence' in value)) return false;
  const sentence = value.sentence;
  return typeof sentence === 'object' && sentence !== null && 'code' in sentence;
}

/** Name and time of a file, as both hosts send them. */
export function fileFacts(file: File): string {
  return new URLSearchParams({ name: file.name, modified: String(file.lastModified) }).toString();
}

/** Makes any thrown thing a `Failure`, so that views have one shape to show. */
export function asFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return { sentence: thrown.sentence, billed: thrown.billed ?? null };
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return { sentence: { code: 'U-ENGINE', params: { text } }, billed: null };
}
