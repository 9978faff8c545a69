// What the interface says, by its key: tests find controls by their names, as people do, and the names come from the
// catalogue that the interface reads. Not here: numbers, money and times as the interface writes them.

import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../crates/api/catalogue/en/', import.meta.url);
const entries = Object.assign(
  {},
  ...readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
);

/** The English sentence of this key with these plain parameters; up to the first parameter that is not given. */
export function word(key, params = {}) {
  if (!(key in entries)) throw new Error(`the catalogue has no ${key}`);
  const filled = entries[key].replace(/\{(\w+)\}/g, (all, name) => (name in params ? String(params[name]) : all));
  return filled.split('{')[0].trim();
}
