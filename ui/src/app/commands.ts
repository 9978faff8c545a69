// What the palette offers: everything that has a key here, and the sheets to go back to. Pure but for words.

import { t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';
import { allKeys, keyName } from './keys';

export interface Command {
  words: string;
  /** The keys that do the same without the palette. */
  keys: string[];
  run: () => void;
}

export function commands(studio: Studio): Command[] {
  const { nav, notices, sheets } = studio;
  const found = new Map<string, Command>();
  // The views first: Enter, pressed too soon, must not spend money.
  for (const key of allKeys()
    .toReversed()
    .flatMap((group) => group.keys)) {
    // Keys that move or are held do something while they are down; and the palette is open already.
    if (key.held || key.does === 'palette.title' || key.keys.includes('Arrow')) continue;
    const known = found.get(key.does);
    if (known) known.keys.push(keyName(key.keys));
    else found.set(key.does, { words: t(key.does), keys: [keyName(key.keys)], run: key.run });
  }
  const open = (id: string) => async () => {
    nav.go('compose');
    await notices.run(sheets.open(id));
  };
  const recent = sheets.recent.map(({ id, title }) => ({
    words: t('palette.sheet', { title }),
    keys: [],
    run: () => void open(id)(),
  }));
  return [...found.values(), ...recent];
}

/** Those that hold every word that was typed. */
export function matching(all: Command[], typed: string): Command[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ words }) => wanted.every((word) => words.toLowerCase().includes(word)));
}
