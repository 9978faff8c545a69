// The catalogue's words for tests and pages without an engine, which has them otherwise.

import { teach, type Language } from '@/i18n/catalogue';

const files = import.meta.glob<Record<string, string>>('../../crates/api/catalogue/*/*.json', {
  eager: true,
  import: 'default',
});

function wordsOf(language: Language): Record<string, string> {
  const own = Object.entries(files).filter(([path]) => path.includes(`/${language}/`));
  return Object.assign({}, ...own.map(([, words]) => words)) as Record<string, string>;
}

export function teachAll(): void {
  teach('en', wordsOf('en'));
  teach('zh-CN', wordsOf('zh-CN'));
}
