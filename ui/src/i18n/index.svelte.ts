// Words for views: `t` for the UI's own keys, `sentence` for what the engine says. Reactive on the language.

import type { Sentence } from '@/bindings/api';
import { chosenLanguage, knows, teach, template, type Language } from './catalogue';
import * as plain from './format';
import type { Context, Params } from './format';

/** Words that could not be had are asked for again after this. */
const AGAIN_MS = 1_000;

class Locale {
  language: Language = $state('en');
  /** Who has the words. */
  source: ((language: Language) => Promise<Record<string, string>>) | null = null;
  /** Called with a key that no catalogue has; the tests make it fail. */
  onMissing: (key: string) => void = () => undefined;

  /** Which `use` came last: a language that arrives after another was chosen is not shown. */
  private wanted: Language = 'en';
  private asked = new Map<Language, Promise<void>>();

  /** Shows the language of a setting as soon as its words are there. They are asked for until they come. */
  async use(setting: string): Promise<void> {
    const language = chosenLanguage(setting, navigator.languages);
    this.wanted = language;
    await this.learn(language);
    if (this.wanted !== language) return;
    this.language = language;
    document.documentElement.lang = language;
  }

  /** However many want a language, its words come once. */
  private learn(language: Language): Promise<void> {
    const asked = this.asked.get(language) ?? this.ask(language).finally(() => this.asked.delete(language));
    this.asked.set(language, asked);
    return asked;
  }

  private async ask(language: Language): Promise<void> {
    while (this.wanted === language && !knows(language)) {
      const words = await this.source?.(language).catch(() => null);
      if (words) teach(language, words);
      else await new Promise((wake) => setTimeout(wake, AGAIN_MS));
    }
  }
}

export const locale = new Locale();

function context(): Context {
  const unit = (name: string, fallback: string) => template(locale.language, `unit.${name}`) ?? fallback;
  return {
    locale: locale.language,
    now: Date.now(),
    units: {
      second: unit('second', plain.DEFAULT_UNITS.second),
      minute: unit('minute', plain.DEFAULT_UNITS.minute),
      hour: unit('hour', plain.DEFAULT_UNITS.hour),
      day: unit('day', plain.DEFAULT_UNITS.day),
    },
  };
}

export function t(key: string, params: Params = {}): string {
  const found = template(locale.language, key);
  if (found === undefined) {
    locale.onMissing(key);
    return key;
  }
  return plain.format(found, params, context());
}

export function has(key: string): boolean {
  return template(locale.language, key) !== undefined;
}

/** What the engine says, in full. */
export function sentence(value: Sentence): string {
  return t(value.code, value.params);
}

/** The short headline of a code, where there is one. */
export function headline(value: Sentence): string | null {
  return has(`${value.code}.title`) ? t(`${value.code}.title`, value.params) : null;
}

export const { usd, usdEach, usdSum } = plain;
export const bytes = plain.size;
export const duration = (ms: number): string => plain.duration(ms, context().units);
export const time = (ms: number): string => plain.time(ms, { locale: locale.language, now: Date.now() });
export const number = (value: number): string => plain.number(value, locale.language);
