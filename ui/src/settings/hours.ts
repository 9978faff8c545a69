// Hours of the day as people say them.

/** The spans of the hours that are chosen, `20:00–06:00`: what goes over midnight is one. */
export function spans(hours: readonly { hour: number; chosen: boolean }[]): string[] {
  const chosen = new Set(hours.filter((one) => one.chosen).map((one) => one.hour));
  if (chosen.size === 0 || chosen.size === 24) return [];
  const clock = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
  const begins = [...chosen].filter((hour) => !chosen.has((hour + 23) % 24)).toSorted((a, b) => a - b);
  return begins.map((from) => {
    let to = from + 1;
    while (chosen.has(to % 24)) to += 1;
    return `${clock(from)}–${clock(to)}`;
  });
}
