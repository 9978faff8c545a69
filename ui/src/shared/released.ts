// An <img> that goes away lets go of its picture: the web view would keep what it decoded for as long as it likes.

import type { Attachment } from 'svelte/attachments';

export const released: Attachment<HTMLImageElement> = (image) => () => image.removeAttribute('src');
