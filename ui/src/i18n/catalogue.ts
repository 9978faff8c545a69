// All sentences of the interface, flat, by language. English leads; what a language lacks is shown in English.

const files = import.meta.glob<Record<string, string>>(
  ['../../../crates/api/catalogue/en/*.json', '!../../../crates/api/catalogue/en/outside.json'],
  {
    eager: true,
    import: 'default',
  },
);

export type Language = 'en' | 'zh-CN';
export const LANGUAGES: readonly Language[] = ['en', 'zh-CN'];

const english = Object.assign({}, ...Object.values(files)) as Record<string, string>;
const byLanguage: Record<Language, Record<string, string>> = { en: english, 'zh-CN': {} };

/** Loads a language; until then it is shown in English. */
export async function learn(language: Language): Promise<void> {
  if (language === 'zh-CN') byLanguage[language] = (await import('./chinese')).chinese;
}

export function template(language: Language, key: string): string | undefined {
  return byLanguage[language][key] ?? byLanguage.en[key];
}

/** `system` follows the browser; any Chinese gets zh-CN, all else English. */
export function chosenLanguage(setting: string, preferred: readonly string[]): Language {
  const wanted = setting === 'system' ? (preferred[0] ?? 'en') : setting;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
