import { describe, expect, it } from 'vitest';
import { pack, unpackCounts, unpackDeltas } from './packed';

describe('packed lists', () => {
  it('reads what the engine writes', () => {
    // The bytes of the engine's own test: 0, 127, 128, 300.
    expect([...unpackCounts('AH+AAawC')]).toEqual([0, 127, 128, 300]);
  });

  it('reads back what was packed, in any order', () => {
    const lists = [[], [7], [5, 4, 3, 900_000, 1, 0, 4_000_000_000, 12]];
    for (const list of lists) {
      expect([...unpackDeltas(pack(list, true), list.length)]).toEqual(list);
      expect([...unpackCounts(pack(list, false))]).toEqual(list);
    }
  });

  it('takes 100,000 neighbours in little room and time', () => {
    const list = Uint32Array.from({ length: 100_000 }, (_, at) => 100_000 - at);
    const packed = pack(list, true);
    expect(packed.length).toBeLessThan(140_000);
    const start = performance.now();
    const read = unpackDeltas(packed, list.length);
    expect(performance.now() - start).toBeLessThan(200);
    expect(read.every((seq, at) => seq === list[at])).toBe(true);
  });
});
