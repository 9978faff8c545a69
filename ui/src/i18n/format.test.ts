import { describe, expect, it } from 'vitest';
import { DEFAULT_UNITS, duration, format, holes, size, usd, usdEach, usdSum } from './format';

const now = new Date(2026, 10, 24, 14, 3).getTime();
const context = { locale: 'en', units: DEFAULT_UNITS, now };
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('money', () => {
  it.each([
    [240_000, '$0.24'],
    [113_400, '$0.113'],
    [0, '$0.00'],
    [3_900_000, '$3.90'],
    [1_234_567_000, '$1,234.567'],
    [400, '<$0.001'],
    [-50_000, '−$0.05'],
  ])('%d micro-dollars are %s', (micros, text) => expect(usd(micros)).toBe(text));
});

describe('money in columns', () => {
  it('has three decimals where it is the price of one picture', () => {
    expect([240_000, 113_400, 0, 400].map(usdEach)).toEqual(['$0.240', '$0.113', '$0.000', '<$0.001']);
  });

  it('is rounded to the cent where it is a sum', () => {
    expect([31_703_000, 906_600, 4_000, 0].map(usdSum)).toEqual(['$31.70', '$0.91', '$0.004', '$0.00']);
  });
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [300, '1 s'],
    [6_000, '6 s'],
    [59_600, '1 min'],
    [130_000, '2 min 10 s'],
    [120_000, '2 min'],
    [11_100_000, '3 h 5 min'],
    [187_200_000, '2 d 4 h'],
  ])('%d ms are %s', (ms, text) => expect(plain(duration(ms))).toBe(text));

  it('keeps a number and its unit on one line', () => expect(duration(6_000)).toBe('6\u00a0s'));
});

describe('sizes', () => {
  it.each([
    [512, '512 B'],
    [7_200_000, '7.2 MB'],
    [123_000_000, '123 MB'],
  ])('%d bytes are %s', (bytes, text) => expect(plain(size(bytes))).toBe(text));
});

describe('templates', () => {
  it('fills typed and plain holes', () => {
    const text = format(
      '{n:number} {n:plural:picture|pictures} for {cost:usd} on {where}',
      {
        n: 1_200,
        cost: 240_000,
        where: 'studio',
      },
      context,
    );
    expect(text).toBe('1,200 pictures for $0.24 on studio');
  });

  it('uses the singular for one', () => {
    expect(format('{n} {n:plural:picture|pictures}', { n: 1 }, context)).toBe('1 picture');
    const of = (word: string) => format('{of:select:ipm=images/min|rpm=requests/min}', { of: word }, context);
    expect([of('rpm'), of('moons')]).toEqual(['requests/min', 'moons']);
  });

  it('says the time today, and the day otherwise', () => {
    const at = new Date(2026, 10, 24, 14, 6).getTime();
    expect(format('{at:time}', { at }, context)).toBe('14:06');
    expect(format('{at:time}', { at: at + 86_400_000 }, context)).toBe('Nov 25, 14:06');
  });

  it('says the year where it is another', () => {
    const at = new Date(2023, 10, 24, 14, 6).getTime();
    expect(format('{at:time}', { at }, context)).toBe('Nov 24, 2023, 14:06');
    expect(format('{at:time}', { at }, { ...context, locale: 'zh-CN' })).toBe('2023年11月24日 14:06');
  });

  it('leaves a missing value out and markup as text', () => {
    expect(format('Clear. {typical}', {}, context)).toBe('Clear.');
    expect(format('{text}', { text: '<b>{n}</b>' }, context)).toBe('<b>{n}</b>');
  });

  it('names its parameters', () =>
    expect(holes('{n} {n:plural:a|b} {x:usd}')).toEqual(['n:', 'n:plural', 'x:usd']));
});
