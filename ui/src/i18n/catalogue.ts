// All sentences of the interface, flat, by language. The engine has them: a language is asked for when it is first wanted.

export type Language = 'en' | 'zh-CN';
export const LANGUAGES: readonly Language[] = ['en', 'zh-CN'];

const byLanguage = new Map<Language, Record<string, string>>();

export function teach(language: Language, words: Record<string, string>): void {
  byLanguage.set(language, words);
}

export function knows(language: Language): boolean {
  return byLanguage.has(language);
}

export function template(language: Language, key: string): string | undefined {
  return byLanguage.get(language)?.[key];
}

/** `system` follows the browser; any Chinese gets zh-CN, all else English. */
export function chosenLanguage(setting: string, preferred: readonly string[]): Language {
  const wanted = setting === 'system' ? (preferred[0] ?? 'en') : setting;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
