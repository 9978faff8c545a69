import { expect, test } from 'vitest';
import { dollars, micros } from './amounts';

test('an amount stands in a field as people write it, and is read back to the micro-dollar', () => {
  const written = [0, 1, 300_000, 134_500, 2_000_000, 10_250_000, 100_000_000, 1_000_001];
  expect(written.map(dollars)).toEqual(['0', '0.000001', '0.30', '0.1345', '2', '10.25', '100', '1.000001']);
  expect(written.map((value) => micros(dollars(value)))).toEqual(written);
  expect(dollars(null)).toBe('');
});
