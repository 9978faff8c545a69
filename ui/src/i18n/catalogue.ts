// All sentences, flat, by language. English leads; what a language lacks is shown in English.

const files = import.meta.glob<Record<string, string>>('../../../crates/api/catalogue/*/*.json', {
  eager: true,
  import: 'default',
});

export type Language = 'en' | 'zh-CN';
export const LANGUAGES: readonly Language[] = ['en', 'zh-CN'];

function load(language: Language): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [path, entries] of Object.entries(files)) {
    if (path.includes(`/catalogue/${language}/`)) Object.assign(merged, entries);
  }
  return merged;
}

const byLanguage: Record<Language, Record<string, string>> = { en: load('en'), 'zh-CN': load('zh-CN') };

export function template(language: Language, key: string): string | undefined {
  return byLanguage[language][key] ?? byLanguage.en[key];
}

/** `system` follows the browser; any Chinese gets zh-CN, all else English. */
export function chosenLanguage(setting: string, preferred: readonly string[]): Language {
  const wanted = setting === 'system' ? (preferred[0] ?? 'en') : setting;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
