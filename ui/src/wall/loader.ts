// From an address to an ImageBitmap, over a few image elements that are used again: the web view keeps what every new
// element decoded, but lets go of a bitmap that was closed. `fetch` is left alone: the policy allows pictures only.

/** Decodes one picture. Tests put their own in its place. */
export type Load = (url: string, signal: AbortSignal) => Promise<ImageBitmap>;

export const loadBitmap: Load = loader(null);
/** Its pixels may be read back: in the window pictures come from another origin, which then has to be asked. */
export const loadReadable: Load = loader('anonymous');

function loader(crossOrigin: string | null): Load {
  const idle: HTMLImageElement[] = [];
  return async (url, signal) => {
    signal.throwIfAborted();
    const image = idle.pop() ?? new Image();
    image.crossOrigin = crossOrigin;
    let stop = () => {};
    // WebKit never settles a decode whose picture was taken away, and keeps all that waits for it.
    const stopped = new Promise<never>((_, fail) => {
      stop = () => fail(signal.reason as Error);
    });
    signal.addEventListener('abort', stop);
    try {
      image.src = url;
      await Promise.race([image.decode(), stopped]);
      const bitmap = await createImageBitmap(image);
      if (signal.aborted) {
        bitmap.close();
        signal.throwIfAborted();
      }
      return bitmap;
    } finally {
      signal.removeEventListener('abort', stop);
      image.removeAttribute('src');
      idle.push(image);
    }
  };
}
