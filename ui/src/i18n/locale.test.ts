import { afterEach, describe, expect, it, vi } from 'vitest';

// Fresh modules: the tests' own know all words from the start.
async function fresh() {
  vi.resetModules();
  return import('./index.svelte');
}

afterEach(() => vi.useRealTimers());

describe('the words of the engine', () => {
  it('are asked for once, and again until they come', async () => {
    vi.useFakeTimers();
    const { locale, t } = await fresh();
    let up = false;
    const source = vi.fn(() =>
      up ? Promise.resolve({ 'a.key': 'a word' }) : Promise.reject(new Error('gone')),
    );
    locale.source = source;
    const shown = locale.use('en');
    await vi.advanceTimersByTimeAsync(500);
    up = true;
    await vi.advanceTimersByTimeAsync(1_000);
    await shown;
    expect(t('a.key')).toBe('a word');
    await locale.use('en');
    expect(source).toHaveBeenCalledTimes(2);
  });

  it('come once for all who ask meanwhile', async () => {
    const { locale } = await fresh();
    const source = vi.fn(() => Promise.resolve({ 'a.key': 'a word' }));
    locale.source = source;
    await Promise.all([locale.use('en'), locale.use('en')]);
    expect(source).toHaveBeenCalledOnce();
  });

  it('of a language that is not wanted any more are not waited for', async () => {
    const { locale, t } = await fresh();
    let come: (words: Record<string, string>) => void = () => undefined;
    locale.source = (language) =>
      language === 'en'
        ? Promise.resolve({ 'a.key': 'a word' })
        : new Promise((resolve) => {
            come = resolve;
          });
    const chinese = locale.use('zh-CN');
    await locale.use('en');
    come({ 'a.key': '词' });
    await chinese;
    expect([locale.language, t('a.key')]).toEqual(['en', 'a word']);
    await locale.use('zh-CN');
    expect(t('a.key')).toBe('词');
  });
});
