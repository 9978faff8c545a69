import { httpHost } from './http';
import { passPinches, tauriHost } from './tauri';
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

/** The host this page runs in. Both are part of the page: fetching one first would keep the first view waiting. */
export async function openHost(): Promise<Host> {
  if (!('__TAURI_INTERNALS__' in window)) return httpHost();
  passPinches();
  return tauriHost();
}
