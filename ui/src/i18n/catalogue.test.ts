import { describe, expect, it } from 'vitest';
import { chosenLanguage, template } from './catalogue';
import { holes } from './format';

const files = import.meta.glob<Record<string, string>>('../../../crates/api/catalogue/*/*.json', {
  eager: true,
  import: 'default',
});
const written = import.meta.glob<string>('../../../crates/api/catalogue/*/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const sources = import.meta.glob<string>(['../**/*.svelte', '../**/*.ts', '!../**/*.test.ts'], {
  eager: true,
  query: '?raw',
  import: 'default',
});

const entries = (path: string) => files[`../../../crates/api/catalogue/${path}`] ?? {};
const names = (text: string) => [...new Set(holes(text).map((hole) => hole.split(':')[0]))].sort();
const filesOf = (language: string) =>
  Object.keys(files).flatMap((path) => path.split(`/catalogue/${language}/`)[1] ?? []);
const english = filesOf('en');
const translated = filesOf('zh-CN');

describe('catalogue', () => {
  it.each(english)('%s is translated', (file) => {
    expect(translated).toContain(file);
  });

  it.each(translated)('zh-CN/%s has the keys of English, with the same parameters', (file) => {
    const leading = entries(`en/${file}`);
    const chinese = entries(`zh-CN/${file}`);
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(leading).sort());
    for (const [key, text] of Object.entries(leading)) {
      // A language without plural need not repeat the number.
      const needed = names(text.replaceAll(/\{\w+:plural:[^}]*\}/g, ''));
      const given = names(chinese[key] ?? '');
      expect(given, key).toEqual(expect.arrayContaining(needed));
      expect(names(text), key).toEqual(expect.arrayContaining(given));
    }
  });

  it.each(Object.entries(written))('%s says every key once', (_, text) => {
    const keys = [...text.matchAll(/^\s*"([^"]+)": /gm)].map((match) => match[1]);
    expect(keys).not.toEqual([]);
    expect(keys.filter((key, at) => keys.indexOf(key) < at)).toEqual([]);
  });

  it('says every key that the sources name', () => {
    const missing: string[] = [];
    for (const [path, source] of Object.entries(sources)) {
      for (const [, key = ''] of source.matchAll(/\bt\(\s*'([^']+)'/g)) {
        if (template('en', key) === undefined) missing.push(`${key} (${path})`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('has no key in two files of a language', () => {
    for (const language of ['en', 'zh-CN']) {
      const keys = Object.keys(files)
        .filter((path) => path.includes(`/${language}/`))
        .flatMap((path) => Object.keys(files[path] ?? {}));
      expect(keys.length, language).toBe(new Set(keys).size);
    }
  });

  it('takes the language of the settings, else of the system', () => {
    expect(chosenLanguage('system', ['zh-TW', 'en'])).toBe('zh-CN');
    expect(chosenLanguage('system', ['de-DE'])).toBe('en');
    expect(chosenLanguage('zh-CN', ['en'])).toBe('zh-CN');
    expect(chosenLanguage('en', ['zh-CN'])).toBe('en');
  });

  it('says what the window and what the engine says in the chosen language', () => {
    expect(template('zh-CN', 'U-ENGINE')).toContain('内部');
    expect(template('zh-CN', 'E-OVERLOAD')).toContain('容量');
    expect(template('en', 'E-OVERLOAD')).toContain('capacity');
  });
});
