import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// Provider text is never HTML, and nothing is evaluated: see the threat model in SECURITY.md.
const banned = [
  ['innerHTML', 'Use text, or build nodes.'],
  ['outerHTML', 'Use text, or build nodes.'],
  ['insertAdjacentHTML', 'Use text, or build nodes.'],
].map(([property, message]) => ({ property, message }));

export default ts.config(
  { ignores: ['dist', 'dist-states', 'src/bindings'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-undef': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-restricted-properties': [
        'error',
        ...banned,
        { object: 'document', property: 'write', message: 'Use text, or build nodes.' },
        { object: 'document', property: 'writeln', message: 'Use text, or build nodes.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: '@lucide/svelte', message: 'Import single icons: @lucide/svelte/icons/NAME.' }],
          patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/host/ talks to Tauri.' }],
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "SvelteAttribute[key.name='style']",
          message: 'The content security policy blocks style attributes: use a class or style:name={…}.',
        },
      ],
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['src/host/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['*.js', '*.ts', 'test/**'],
    languageOptions: { globals: { ...globals.node } },
  },
);
