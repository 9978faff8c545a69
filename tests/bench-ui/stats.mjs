// Numbers out of lists of numbers, and the table that says them. Not here: what is measured.

const sorted = (list) => [...list].sort((a, b) => a - b);

/** The value that this share of the list does not exceed. */
export function quantile(list, share) {
  const all = sorted(list);
  return all[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)] ?? NaN;
}
export const median = (list) => quantile(list, 0.5);
export const p95 = (list) => quantile(list, 0.95);
export const most = (list) => Math.max(...list);

/** Slope of a line through the points (x, y): how much y grows for one x. */
export function slope(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))];
  const over = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return over / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/** Median, 95th, longest and frames a second of a log of frame times. */
export function frames(times) {
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  return { median: median(times), p95: p95(times), p99: quantile(times, 0.99), most: most(times), fps: times.length / seconds, n: times.length };
}

export const short = (value) => (Math.abs(value) >= 20 ? value.toFixed(0) : Math.abs(value) >= 2 ? value.toFixed(1) : value.toFixed(2));

/** A row: what, what was asked, what came out; a baseline and the ratio to it where there is one. */
export class Table {
  rows = [];

  /**
   * `least`: more is better. `times`: the ratio is how many times better than the baseline ours is, and shall be at least that;
   * `share`: it is ours divided by the baseline, and shall be at most that.
   */
  add(figure, what, value, { target, least = false, unit = 'ms', baseline, share, times, note = '', raw } = {}) {
    const ratio = baseline === undefined ? undefined : share !== undefined || least ? value / baseline : baseline / value;
    const met = target === undefined ? undefined : least ? value >= target : value <= target;
    const kept = times !== undefined ? ratio >= times : share !== undefined ? ratio <= share : undefined;
    const asked = times !== undefined ? `≥ ${times}` : share !== undefined ? `≤ ${share}` : undefined;
    const row = { figure, what, value, unit, target, least, met, baseline, ratio, asked, kept, note, raw };
    this.rows.push(row);
    console.error(`  ${figure} ${what}: ${Number.isFinite(value) ? short(value) : '–'} ${unit}${note ? ` (${note})` : ''}`);
    return row;
  }

  /** What cannot be said here is said to be so. */
  unmeasured(figure, what, why) {
    this.rows.push({ figure, what, note: `not measured: ${why}` });
    console.error(`  ${figure} ${what}: not measured: ${why}`);
  }

  get missed() {
    return this.rows.filter((row) => row.met === false || row.kept === false);
  }

  print() {
    const cells = this.rows.map((row) => [
      row.figure,
      row.what,
      row.value === undefined ? '' : `${short(row.value)} ${row.unit}${row.met === false ? '  MISS' : ''}`,
      row.target === undefined ? '' : `${row.least ? '≥' : '≤'} ${row.target}`,
      row.baseline === undefined ? '' : short(row.baseline),
      row.ratio === undefined ? '' : `${short(row.ratio)}${row.kept === false ? '  MISS' : ''}`,
      row.asked ?? '',
      row.note,
    ]);
    const head = ['', 'what', 'measured', 'asked', 'baseline', 'ratio', 'asked', ''];
    const widths = head.map((_, at) => Math.max(...[head, ...cells].map((line) => line[at].length)));
    for (const line of [head, ...cells]) console.log(line.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd());
  }
}
