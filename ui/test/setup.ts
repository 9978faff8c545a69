import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeEach, expect } from 'vitest';
import { locale } from '@/i18n/index.svelte';
import { teachAll } from './words';

teachAll();

const missing: string[] = [];
locale.onMissing = (key) => missing.push(key);

// happy-dom opens dialogs, but without the modal part that a browser adds.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};

beforeEach(() => localStorage.clear());

afterEach(() => {
  cleanup();
  const keys = missing.splice(0);
  expect(keys, 'keys that no catalogue has').toEqual([]);
});
