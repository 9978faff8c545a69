// Builds the page that shows each view in each state: `npm run states`, then open dist-states/. Not part of the app.
// STATE_PICTURES names a folder of pictures to show instead of the small drawn ones.

import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vite';
import base from '../vite.config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default mergeConfig(base, {
  root: here('./states'),
  base: './',
  publicDir: process.env['STATE_PICTURES'] ?? here('./pictures'),
  build: { outDir: here('../dist-states'), emptyOutDir: true },
});
