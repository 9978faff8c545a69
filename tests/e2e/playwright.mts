// The test runner, from where the interface's packages lie: this folder has none of its own.
export * from '../../ui/node_modules/@playwright/test/index.mjs';
