import { describe, expect, it } from 'vitest';
import { pieces, roughTokens, variables } from './variables';

describe('variables', () => {
  it('finds each name once, with the first default', () => {
    expect(variables('${time:dawn} and ${place} and ${time}')).toEqual([
      { name: 'time', fallback: 'dawn' },
      { name: 'place', fallback: null },
    ]);
  });

  it('takes a default from a later mention', () => {
    expect(variables('${a} ${a:b}')).toEqual([{ name: 'a', fallback: 'b' }]);
  });

  it('allows names in any script and empty defaults', () => {
    expect(variables('${时间:黎明} ${x:}')).toEqual([
      { name: '时间', fallback: '黎明' },
      { name: 'x', fallback: '' },
    ]);
  });

  it('leaves other dollars and braces alone', () => {
    expect(variables('$5 {a} ${} $x ${a ${a.b} ${(x)}')).toEqual([]);
  });
});

describe('pieces', () => {
  it('joins to the very text, so that the highlight cannot shift', () => {
    const text = 'a ${b:c}\n\n<i> ${d}';
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    expect(pieces(text).filter((piece) => piece.variable)).toHaveLength(2);
  });
});

it('counts tokens roughly, Chinese more densely', () => {
  expect(roughTokens('abcdefgh')).toBe(2);
  expect(roughTokens('层叠山峦雾气')).toBe(4);
  expect(roughTokens('')).toBe(0);
});
