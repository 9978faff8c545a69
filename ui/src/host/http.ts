// The browser: the same commands over `diptych serve` on the loopback interface.

import type { Event, Imported, ReferenceView } from '@/bindings/api';
import {
  asFailure,
  fileFacts,
  NotAuthorised,
  type Args,
  type Command,
  type Host,
  type Result,
} from './types';

const RETRY_MS = 2_000;

async function answer<T>(request: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await request;
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    throw asFailure({ sentence: { code: 'U-GONE', params: { text } }, billed: null });
  }
  if (response.status === 401) throw new NotAuthorised();
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  throw asFailure(body ?? `HTTP ${response.status}`);
}

const post = (path: string, body: unknown): RequestInit & { path: string } => ({
  path,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  credentials: 'same-origin',
});

const raw = (body: Blob): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/octet-stream' },
  body,
  credentials: 'same-origin',
});

/** Exchanges the token of the address for a cookie, and takes it out of the address bar and the history. */
async function openSession(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  history.replaceState(null, '', location.pathname + location.search);
  const { path, ...init } = post('/session', { token });
  await fetch(path, init).catch(() => undefined);
}

/** One stream of events for all listeners, opened again whenever it breaks. */
class EventStream {
  private listeners = new Set<(event: Event) => void>();
  private watchers = new Set<(up: boolean) => void>();
  private source: EventSource | null = null;
  private broken = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  listen(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    if (!this.source) this.open();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  }

  watch(watcher: (up: boolean) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private emit(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }

  private tell(up: boolean): void {
    for (const watcher of this.watchers) watcher(up);
  }

  private open(): void {
    const source = new EventSource('/events');
    this.source = source;
    source.onopen = () => {
      if (this.broken) this.emit({ type: 'resync' });
      this.broken = false;
      this.tell(true);
    };
    source.onmessage = (message) => this.emit(JSON.parse(String(message.data)) as Event);
    source.onerror = () => {
      this.broken = true;
      this.tell(false);
      // A refused stream is closed for good by the browser; a broken one it opens again by itself.
      if (source.readyState !== EventSource.CLOSED) return;
      this.source = null;
      this.timer = setTimeout(() => this.listeners.size > 0 && this.open(), RETRY_MS);
    };
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}

export async function httpHost(): Promise<Host> {
  await openSession();
  const events = new EventStream();
  return {
    kind: 'browser',
    words: (language) => answer(fetch(`/words/${language}`)),
    call: <C extends Command>(command: C, args: Args<C>) => {
      const { path, ...init } = post(`/rpc/${command}`, args);
      return answer<Result<C>>(fetch(path, init));
    },
    addReference: (bytes) => answer<ReferenceView>(fetch('/reference', raw(bytes))),
    importPicture: (file) => answer<Imported>(fetch(`/import?${fileFacts(file)}`, raw(file))),
    onDrop: () => () => undefined,
    importDropped: () => Promise.reject(new Error('nothing was dropped on a window')),
    referenceDropped: () => Promise.resolve(null),
    dragOut: () => Promise.resolve(),
    chooseFolder: () => Promise.resolve(null),
    onEvent: (listener) => events.listen(listener),
    onConnection: (watcher) => events.watch(watcher),
    pictureUrl: (path) => `/${path}`,
    onCloseRequest: () => () => undefined,
    answerClose: () => Promise.resolve(),
    ready: () => Promise.resolve(),
  };
}
