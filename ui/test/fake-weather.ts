// Weather and queues to look at: calm, a storm, a week of history. Drawn from fixed numbers, the same every time.

import type {
  AlertView,
  HeatView,
  LaneView,
  LearnedHours,
  QueuePage,
  QueueSheet,
  QuotaView,
  RouteBins,
  Sentence,
  SpendRow,
  WeatherBin,
  WeatherView,
} from '@/bindings/api';
import { isoDay } from '@/weather/spend';
import { FLASH, NOW, PRO, route } from './fake-data';

const BIN_MS = 600_000;
const DAY_MS = 86_400_000;

/** The same throws of the dice every time. */
export function dice(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

export function quota(over: Partial<QuotaView> = {}): QuotaView {
  return { dimension: 'ipm', used: 4, limit: 10, source: 'set', resets_ms: NOW + 6_000, ...over };
}

/** `storm` is the share overloaded in the last bins. */
export function bins(
  seed: number,
  { calls, storm = 0, limited = 0, seconds = 48, last = 8 }: BinShape,
): WeatherBin[] {
  const throwDice = dice(seed);
  const start = Math.floor(NOW / BIN_MS) * BIN_MS - 35 * BIN_MS;
  return Array.from({ length: 36 }, (_, index) => {
    const all = Math.round(calls * (0.35 + throwDice()));
    const stormy = index >= 36 - last;
    const overloaded = Math.round(all * (stormy ? storm * (0.75 + 0.4 * throwDice()) : storm * 0.04));
    const refused = Math.min(all - overloaded, throwDice() < limited ? 1 + Math.round(throwDice() * 2) : 0);
    const pictures = Math.max(0, all - overloaded - refused);
    return {
      start_ms: start + index * BIN_MS,
      calls: all,
      pictures,
      limited: refused,
      overloaded,
      failed: 0,
      p50_ms:
        pictures === 0
          ? null
          : Math.round(seconds * 1_000 * (0.9 + 0.2 * throwDice()) * (stormy ? 1 + storm : 1)),
    };
  });
}

interface BinShape {
  calls: number;
  storm?: number;
  limited?: number;
  seconds?: number;
  last?: number;
}

/** A week's pattern: busy on working days from nine to six. */
export function heat(over: Partial<HeatView> = {}, weeks = 3): HeatView {
  const throwDice = dice(7);
  const cells = Array.from({ length: 7 * 24 }, (_, index) => {
    const day = Math.floor(index / 24);
    const hour = index % 24;
    const busy = Math.max(0, 1 - Math.abs(hour - 14.5) / 7) * (day < 5 ? 0.5 : 0.16);
    const awake = hour >= 7 && hour <= 23;
    const calls = Math.round((awake ? 7 + 14 * throwDice() : 2 + 5 * throwDice()) * weeks);
    const rate = Math.min(0.8, busy * (0.7 + 0.6 * throwDice()) + 0.004);
    return { day, hour, calls, overloaded: Math.round(calls * rate), rate };
  });
  const calls = cells.reduce((sum, cell) => sum + cell.calls, 0);
  return {
    origin: 'generativelanguage.googleapis.com',
    model: PRO,
    practice: false,
    calls,
    cells,
    learned: true,
    ...over,
  };
}

export function alert(over: Partial<AlertView> = {}): AlertView {
  return {
    id: 'al-1',
    kind: 'overload',
    account: 'studio',
    model: PRO,
    sentence: { code: 'A-overload', params: { model: 'Nano Banana Pro', overloaded: 41, calls: 64 } },
    raised_ms: NOW - 1_260_000,
    resolved_ms: null,
    seen: false,
    ...over,
  };
}

function spendRows(days: number): SpendRow[] {
  const throwDice = dice(11);
  return Array.from({ length: days }, (_, index) => isoDay(NOW - index * DAY_MS)).flatMap((day, index) => {
    if (index % 7 === 2 || throwDice() < 0.12) return [];
    const pro = Math.round(4 + 14 * throwDice());
    const flash = Math.round(6 + 30 * throwDice());
    const row = (model: string, account: string, pictures: number, each: number): SpendRow => ({
      day,
      account,
      model,
      practice: account === 'practice',
      pictures,
      usd: pictures * each,
      usd_unknown: index === 0 && model === PRO && account === 'studio' ? 240_000 : 0,
    });
    const rows = [row(PRO, 'studio', pro, 240_000), row(FLASH, 'studio', flash, 113_400)];
    if (index % 5 === 1) rows.push(row(PRO, 'practice', 6, 240_000));
    if (index % 3 === 0) rows.push(row('gemini-3.1-flash-lite-image', 'studio', 9, 33_600));
    return rows;
  });
}

export const spend = (days: number) => {
  const rows = spendRows(days);
  const sum = (pick: (row: SpendRow) => number) => rows.reduce((all, row) => all + pick(row), 0);
  return {
    rows,
    usd: sum((row) => (row.practice ? 0 : row.usd)),
    usd_unknown: sum((row) => row.usd_unknown),
    practice_usd: sum((row) => (row.practice ? row.usd : 0)),
  };
};

const latencies = (p50: number, calls = 120) => [
  { size: '2K', p50_ms: p50 * 700, p95_ms: p50 * 1_150, calls },
  { size: '4K', p50_ms: p50 * 1_000, p95_ms: p50 * 1_700, calls: calls * 2 },
];

const fullQuota = (used: number): QuotaView[] => [
  quota({ used: Math.min(10, used), resets_ms: used >= 10 ? NOW + 6_000 : null }),
  quota({ dimension: 'rpd', used: 38 + used, limit: 250, source: 'told', resets_ms: NOW + 64_000_000 }),
  quota({ dimension: 'tpm', used: 4_200, limit: null, source: 'unknown', resets_ms: null }),
  quota({
    dimension: 'usd_10min',
    used: 960_000,
    limit: 5_000_000,
    source: 'learned',
    resets_ms: NOW + 240_000,
  }),
];

const clear = (typical: number): Sentence => ({ code: 'S-clear-typical', params: { typical } });
const binsFor = (
  account: string,
  model: string,
  list: WeatherBin[],
  tier: RouteBins['tier'] = 'standard',
): RouteBins => ({ account, model, practice: false, tier, bins: list });

/** Calm but for the working day. */
export const LEARNED: LearnedHours[] = [
  { model: PRO, practice: false, calls: 1_240, base: 0.02 },
  { model: FLASH, practice: false, calls: 860, base: 0 },
].map(({ base, ...one }) => ({
  ...one,
  hours: Array.from({ length: 24 }, (_, hour) => {
    const busy = Math.max(0, 1 - Math.abs(hour - 14) / 6);
    return { hour, calls: Math.round(20 + 60 * busy), rate: base + 0.55 * busy, chosen: busy === 0 };
  }),
}));

export const NO_WEATHER: WeatherView = {
  now_ms: NOW,
  routes: [route({ calls: 0, state: 'idle', sentence: { code: 'S-idle', params: {} }, usd_today: 0 })],
  bins: [],
  heat: [],
  alerts: [],
  spend: { rows: [], usd: 0, usd_unknown: 0, practice_usd: 0 },
};

export const CALM: WeatherView = {
  now_ms: NOW,
  routes: [
    route({ sentence: clear(50_000), in_flight: 2, quota: fullQuota(4), latency: latencies(50) }),
    route({
      model: FLASH,
      sentence: clear(18_000),
      in_flight: 1,
      concurrency: 12,
      usd_today: 2_260_000,
      quota: [quota({ used: 6, limit: 40, source: 'learned', resets_ms: null })],
      latency: latencies(18, 300),
    }),
  ],
  bins: [
    binsFor('studio', PRO, bins(3, { calls: 7, limited: 0.05 })),
    binsFor('studio', FLASH, bins(5, { calls: 14, seconds: 17 })),
  ],
  heat: [heat({ learned: false }, 0.4)],
  alerts: [],
  spend: spend(9),
};

export const STORM: WeatherView = {
  now_ms: NOW,
  routes: [
    route({
      state: 'overloaded',
      sentence: { code: 'S-overloaded', params: { since: NOW - 4_860_000, wait: 38_000 } },
      opens_ms: NOW + 38_000,
      since_ms: NOW - 4_860_000,
      overloaded: 212,
      in_flight: 1,
      concurrency: 1,
      quota: fullQuota(3),
      latency: latencies(84),
      timeouts: 2,
      hint: { code: 'S-hint-size', params: { small: '2K', large: '4K', refused: 58, calls: 171 } },
    }),
    route({
      account: 'studio-b',
      account_id: 'a-2',
      state: 'quota',
      sentence: { code: 'S-quota', params: { limit: 10, of: 'ipm', wait: 6_000 } },
      opens_ms: NOW + 6_000,
      usd_today: 480_000,
      in_flight: 4,
      quota: fullQuota(10),
      latency: latencies(70),
      shared: [
        { code: 'S-foreign', params: { n: 4, project: 'studio-b' } },
        { code: 'S-twin', params: { project: 'studio-b', other: 'studio-c' } },
      ],
    }),
    route({
      model: FLASH,
      sentence: clear(18_000),
      in_flight: 3,
      concurrency: 12,
      usd_today: 2_260_000,
      quota: [quota({ used: 21, limit: 40, source: 'learned', resets_ms: null })],
      latency: latencies(18, 300),
    }),
    route({
      account: 'backup relay',
      account_id: 'a-3',
      state: 'parked',
      sentence: { code: 'E-CREDIT', params: {} },
      in_flight: 0,
      concurrency: null,
      usd_today: 200_000,
      quota: [quota({ dimension: 'rpm', used: 0, limit: null, source: 'unknown', resets_ms: null })],
      latency: latencies(61, 12),
    }),
    route({
      account: 'practice',
      account_id: 'practice',
      practice: true,
      state: 'idle',
      sentence: { code: 'S-idle', params: {} },
      paused: true,
      calls: 0,
      usd_today: 0,
    }),
    route({
      tier: 'flex',
      state: 'overloaded',
      sentence: { code: 'S-overloaded', params: { since: NOW - 1_500_000, wait: 240_000 } },
      opens_ms: NOW + 240_000,
      overloaded: 9,
      in_flight: 0,
      concurrency: 2,
      typical_ms: null,
      usd_today: 0,
      latency: [{ size: '2K', p50_ms: 140_000, p95_ms: 410_000, calls: 26 }],
    }),
  ],
  bins: [
    binsFor('studio', PRO, bins(3, { calls: 11, storm: 0.8 })),
    binsFor('studio-b', PRO, bins(9, { calls: 9, storm: 0.5, limited: 0.5 })),
    binsFor('studio', PRO, bins(21, { calls: 2, storm: 0.9, seconds: 140 }), 'flex'),
    binsFor('studio', FLASH, bins(5, { calls: 14, seconds: 17 })),
    binsFor('backup relay', PRO, bins(15, { calls: 1, seconds: 60 })),
  ],
  heat: [heat({}, 1.2), heat({ model: FLASH, learned: false }, 0.4)],
  alerts: [
    alert(),
    alert({
      id: 'al-2',
      kind: 'parked',
      account: 'backup relay',
      model: null,
      seen: true,
      raised_ms: NOW - 7_000_000,
      sentence: { code: 'E-CREDIT', params: {} },
    }),
    alert({
      id: 'al-3',
      kind: 'timeouts',
      raised_ms: NOW - 20_000_000,
      resolved_ms: NOW - 16_000_000,
      seen: true,
      sentence: { code: 'A-timeouts', params: { model: 'Nano Banana Pro', n: 3 } },
    }),
  ],
  spend: spend(12),
};

export const WEEK: WeatherView = {
  ...CALM,
  heat: [heat({}, 3), heat({ model: FLASH }, 2)],
  alerts: [
    alert({ id: 'al-4', raised_ms: NOW - DAY_MS * 2, resolved_ms: NOW - DAY_MS * 2 + 2_900_000, seen: true }),
    alert({
      id: 'al-5',
      kind: 'quota_day',
      raised_ms: NOW - DAY_MS * 3,
      resolved_ms: NOW - DAY_MS * 3 + 9_000_000,
      seen: true,
      sentence: {
        code: 'A-quota-day',
        params: {
          project: 'studio-a',
          model: 'Nano Banana Pro',
          used: 201,
          limit: 250,
          at: NOW - DAY_MS * 3 + 9_000_000,
        },
      },
    }),
  ],
  spend: spend(30),
};

export function queueSheet(over: Partial<QueueSheet> = {}): QueueSheet {
  return {
    sheet: 's-1',
    title: 'Layered hills at dawn, mist in the valleys',
    lane: 'now',
    interactive: false,
    practice: false,
    paused: false,
    models: [PRO, FLASH],
    size: '4K',
    queued: 0,
    sending: 0,
    parked: 0,
    unknown: 0,
    failed: 0,
    done: 0,
    jobs: 0,
    reason: null,
    opens_ms: null,
    finish_ms: null,
    feasibility: null,
    deadline_ms: null,
    created_ms: NOW - 1_800_000,
    ...over,
  };
}

export function lane(over: Partial<LaneView> & Pick<LaneView, 'lane'>): LaneView {
  return { queued: 0, sending: 0, parked: 0, next_ms: null, finish_ms: null, ...over };
}

/** One sheet for each reason to wait. */
const REASONS: [string, Partial<QueueSheet>][] = [
  [
    'A lighthouse in a storm, long exposure',
    {
      interactive: true,
      queued: 1,
      sending: 1,
      done: 2,
      jobs: 4,
      reason: { code: 'E-OVERLOAD', params: { provider: 'Google', attempt: 3, max: 10, wait: 38_000 } },
      opens_ms: NOW + 38_000,
      finish_ms: NOW + 240_000,
    },
  ],
  [
    'Product shots: forty cups on marble',
    {
      queued: 28,
      sending: 4,
      done: 8,
      jobs: 40,
      models: [PRO],
      feasibility: { code: 'S-day-fits', params: { limit: 250, spare: 12 } },
      reason: {
        code: 'E-RATE-MINUTE',
        params: { limit: 10, of: 'ipm', project: 'studio-a', wait: 6_000 },
      },
      opens_ms: NOW + 6_000,
      finish_ms: NOW + 900_000,
    },
  ],
  [
    'Storyboard, chapter two',
    {
      parked: 84,
      done: 156,
      jobs: 240,
      models: [PRO],
      reason: { code: 'E-RATE-DAY', params: { project: 'studio-a', at: NOW + 64_000_000 } },
      opens_ms: NOW + 64_000_000,
      finish_ms: NOW + 66_000_000,
      feasibility: { code: 'S-day-over', params: { limit: 250, spare: 84, at: NOW + 64_000_000 } },
    },
  ],
  [
    'Textures for the winter set',
    {
      lane: 'off-peak',
      queued: 64,
      jobs: 64,
      models: [FLASH],
      reason: { code: 'R-off-peak', params: { at: NOW + 14_000_000 } },
      opens_ms: NOW + 14_000_000,
      finish_ms: NOW + 20_000_000,
      deadline_ms: NOW + 60_000_000,
    },
  ],
  [
    'Night markets of the world, a title that is much longer than the place there is for it, in two lines at most, and then it ends',
    {
      lane: 'economy',
      queued: 18,
      sending: 2,
      jobs: 20,
      reason: { code: 'R-concurrency', params: { n: 2 } },
      finish_ms: NOW + 7_200_000,
    },
  ],
  ['Portraits in window light', { paused: true, queued: 6, done: 2, jobs: 8 }],
  ['Moss macro studies', { queued: 4, jobs: 4, reason: { code: 'R-key', params: { account: 'studio-b' } } }],
  [
    'City maps, isometric',
    {
      queued: 2,
      jobs: 2,
      reason: { code: 'R-offline', params: { host: 'relay.example', wait: 20_000 } },
      opens_ms: NOW + 20_000,
    },
  ],
  [
    'Old ships in ice',
    {
      parked: 3,
      done: 9,
      jobs: 12,
      reason: { code: 'R-day-limit', params: { limit: 10_000_000 } },
    },
  ],
  ['A bridge in fog', { unknown: 2, failed: 1, done: 5, jobs: 8, practice: false }],
];

export const QUEUE: QueuePage = {
  paused: false,
  draining: false,
  lanes: [
    lane({
      lane: 'now',
      queued: 41,
      sending: 5,
      parked: 87,
      next_ms: NOW + 6_000,
      finish_ms: NOW + 1_200_000,
    }),
    lane({ lane: 'off-peak', queued: 64, next_ms: NOW + 14_000_000, finish_ms: NOW + 20_000_000 }),
    lane({ lane: 'economy', queued: 18, sending: 2, finish_ms: NOW + 7_200_000 }),
  ],
  sheets: REASONS.map(([title, over], index) => queueSheet({ sheet: `s-${index + 1}`, title, ...over })),
};
