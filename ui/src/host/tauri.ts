// The window: commands and events over Tauri's IPC, pictures over its own protocol.

import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Event, Imported, ReferenceView } from '@/bindings/api';
import { turnOf } from './pinch';
import { asFailure, fileFacts, type Args, type CloseAnswer, type Command, type DropEvent } from './types';
import type { ChosenFolder, FolderPurpose, Host, Result } from './types';

// WebView2 serves own protocols as http; the web view itself tells which form holds.
const pictures = navigator.userAgent.includes('Windows')
  ? 'http://diptych.localhost/'
  : 'diptych://localhost/';

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    throw asFailure(thrown);
  }
}

function subscribe<T>(name: string, listener: (payload: T) => void): () => void {
  const stop = listen<T>(name, (message) => listener(message.payload));
  return () => void stop.then((unlisten) => unlisten());
}

const raw = async (bytes: Blob) => new Uint8Array(await bytes.arrayBuffer());

/** Two fingers on a touchpad: WebKit would magnify the page, so the window takes them and tells where they are. */
export function passPinches(): () => void {
  return subscribe<[factor: number, x: number, y: number]>('pinch', ([factor, x, y]) => {
    document.elementFromPoint(x, y)?.dispatchEvent(new WheelEvent('wheel', turnOf(factor, x, y)));
  });
}

export function tauriHost(): Host {
  return {
    kind: 'window',
    words: (language) => asked(invoke('words', { language })),
    call: <C extends Command>(command: C, args: Args<C>) =>
      asked(invoke<Result<C>>('rpc', { command, args })),
    addReference: async (bytes) => asked(invoke<ReferenceView>('picture', await raw(bytes))),
    importPicture: async (file) =>
      asked(invoke<Imported>('picture', await raw(file), { headers: { file: fileFacts(file) } })),
    onDrop: (listener) => subscribe<DropEvent>('drop', listener),
    importDropped: () => asked(invoke<Imported>('take_dropped', { to: 'library' })),
    referenceDropped: () => asked(invoke<ReferenceView | null>('take_dropped', { to: 'reference' })),
    dragOut: (pictures) => asked(invoke('drag_out', { pictures })),
    chooseFolder: (to: FolderPurpose) => asked(invoke<ChosenFolder | null>('choose_folder', { to })),
    onEvent: (listener) => subscribe<Event>('diptych', listener),
    onConnection: () => () => undefined,
    pictureUrl: (path) => pictures + path,
    onCloseRequest: (listener) =>
      subscribe<{ inFlight: number }>('close-request', (payload) => listener(payload.inFlight)),
    answerClose: (how: CloseAnswer) => asked(invoke('answer_close', { how })),
    ready: () => asked(invoke('ui_ready')),
  };
}
