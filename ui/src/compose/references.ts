// Reference pictures: taken from files, drops and the clipboard. The engine keeps the bytes; the draft keeps an id
// and a small copy that is drawn on a canvas, since the content security policy allows no blob: addresses.

import type { Studio } from '@/state/studio.svelte';

const THUMB = 92;

export function imageFiles(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
}

export async function addReferences(studio: Studio, files: Iterable<File>): Promise<void> {
  for (const file of files) {
    const view = await studio.notices.run(studio.host.addReference(file));
    if (!view || studio.draft.references.some((one) => one.id === view.id)) continue;
    const thumb = await smallCopy(file).catch(() => null);
    studio.draft.references = [...studio.draft.references, { ...view, thumb }];
  }
}

function cover(bitmap: ImageBitmap, canvas: HTMLCanvasElement): void {
  const side = Math.min(bitmap.width, bitmap.height);
  const x = (bitmap.width - side) / 2;
  const y = (bitmap.height - side) / 2;
  canvas.getContext('2d')?.drawImage(bitmap, x, y, side, side, 0, 0, canvas.width, canvas.height);
}

async function smallCopy(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = THUMB;
  cover(bitmap, canvas);
  bitmap.close();
  return canvas.toDataURL('image/jpeg', 0.8).split(',')[1] ?? null;
}

export async function drawThumb(canvas: HTMLCanvasElement, base64: string): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  cover(bitmap, canvas);
  bitmap.close();
}
