// Lists of numbers as they come over the wire: base64 of LEB128 numbers.

/** Hands on one number after the other: a list of 100,000 is read between two frames. */
function read(packed: string, each: (number: number) => void): void {
  const bytes = atob(packed);
  let value = 0;
  let scale = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes.charCodeAt(at);
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    each(value);
    value = 0;
    scale = 1;
  }
}

/** Each number is its zigzag difference from the one before. */
export function unpackDeltas(packed: string, total: number): Uint32Array<ArrayBuffer> {
  const list = new Uint32Array(total);
  let at = 0;
  let last = 0;
  read(packed, (number) => {
    last += number % 2 === 0 ? number / 2 : -(number + 1) / 2;
    list[at++] = last;
  });
  return list;
}

export function unpackCounts(packed: string): Uint32Array {
  const list: number[] = [];
  read(packed, (number) => list.push(number));
  return Uint32Array.from(list);
}

/** What the engine does, for scripted hosts. */
export function pack(values: Iterable<number>, deltas: boolean): string {
  let bytes = '';
  let last = 0;
  for (const value of values) {
    const step = value - last;
    let rest = deltas ? (step >= 0 ? step * 2 : -step * 2 - 1) : value;
    if (deltas) last = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += String.fromCharCode((rest % 0x80) | 0x80);
    bytes += String.fromCharCode(rest);
  }
  return btoa(bytes);
}
