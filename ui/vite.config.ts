import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `DIPTYCH_URL` is the address that `diptych serve` printed, for `npm run dev` against a real engine.
const engine = process.env['DIPTYCH_URL'] ?? 'http://127.0.0.1:4747';
const proxied = ['/rpc', '/events', '/reference', '/picture', '/session', '/words'];

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: { '@': here('./src') },
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  server: {
    host: '127.0.0.1',
    fs: { allow: ['..'] },
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: engine }])),
  },
  build: {
    target: 'safari16',
    // The content security policy allows no data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    // A form that is typed into letter by letter takes over five seconds where a compiler runs beside it.
    testTimeout: 20_000,
  },
});
