import type { Host } from './types';

export { asFailure, isFailure, NotAuthorised } from './types';
export type {
  Args,
  ChosenFolder,
  CloseAnswer,
  Command,
  DropEvent,
  FolderPurpose,
  Host,
  Result,
} from './types';

/** The host this page runs in. Each is its own chunk: the browser never loads Tauri's part. */
export async function openHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) {
    const { passPinches, tauriHost } = await import('./tauri');
    passPinches();
    return tauriHost();
  }
  return (await import('./http')).httpHost();
}
