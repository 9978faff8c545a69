// Reference pictures: taken from files, drops, the clipboard and the library. The engine keeps the bytes and shows them
// small; the draft keeps what each one is.

import type { PictureView, ReferenceView } from '@/bindings/api';
import { t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';

export function imageFiles(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
}

export async function addReferences(studio: Studio, files: Iterable<File>): Promise<void> {
  for (const file of files) add(studio, await studio.notices.run(studio.host.addReference(file)));
}

/** What was dropped on the window, whose paths only the engine knows: one file after the other. */
export async function addDropped(studio: Studio): Promise<void> {
  for (;;) {
    const view = await studio.notices.run(studio.host.referenceDropped());
    if (view === null) return;
    add(studio, view);
  }
}

/** A picture of the library guides the next ones: it goes to Compose, and so does the view. */
export async function useAsReference(studio: Studio, picture: PictureView): Promise<void> {
  const { notices, host, nav } = studio;
  const view = await notices.run(host.call('pictures.as-reference', { id: picture.id }));
  if (!view) return;
  add(studio, view);
  nav.go('compose');
  if (view.width !== picture.width || view.mime !== picture.mime)
    notices.info(t('compose.references.smaller', { width: view.width, height: view.height }));
}

function add({ draft }: Studio, view: ReferenceView | undefined): void {
  if (view && !draft.references.some((one) => one.id === view.id))
    draft.references = [...draft.references, view];
}
