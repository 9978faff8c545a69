// Builders for wire values, with the figures of the real catalogue, for tests and for the page of states.

import type {
  AccountView,
  Hello,
  Imported,
  JobView,
  ModelView,
  Models,
  PictureView,
  Pixels,
  RouteView,
  Settings,
  SheetView,
  Status,
  StorageView,
} from '@/bindings/api';

/** 24 November 2026, 14:03:20 UTC. */
export const NOW = Date.UTC(2026, 10, 24, 14, 3, 20);

const ONE_K: Record<string, [number, number]> = {
  '1:1': [1024, 1024],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
  '1:4': [512, 2048],
  '4:1': [2048, 512],
  '1:8': [384, 3072],
  '8:1': [3072, 384],
};
const SCALE: Record<string, number> = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };
const TEN = Object.keys(ONE_K).slice(0, 10);

export function model(over: Partial<ModelView> & { id: string }, prices: Record<string, number>): ModelView {
  const aspects = over.aspects ?? TEN;
  const pixels: Pixels[] = Object.keys(prices).flatMap((size) =>
    aspects.map((aspect) => {
      const [width, height] = ONE_K[aspect] ?? [1024, 1024];
      const scale = SCALE[size] ?? 1;
      return { size, aspect, width: width * scale, height: height * scale };
    }),
  );
  return {
    name: over.id,
    short: over.id,
    alias: null,
    status: 'available',
    shutdown: null,
    successor: null,
    max_references: 14,
    thinking: [],
    stand_in: over.id === FLASH ? null : FLASH,
    ...over,
    sizes: Object.entries(prices).map(([size, usd]) => ({ size, usd })),
    aspects,
    pixels,
  };
}

export const PRO = 'gemini-3-pro-image';
export const FLASH = 'gemini-nano-banana-2.1';

export const MODELS: Models = {
  dated: '2026-11-20',
  default: [PRO, FLASH],
  models: [
    model(
      { id: PRO, name: 'Nano Banana Pro', short: 'Pro', alias: 'pro' },
      { '1K': 134_000, '2K': 134_000, '4K': 240_000 },
    ),
    model(
      {
        id: FLASH,
        name: 'Nano Banana 2.1 Flash',
        short: 'Flash',
        alias: 'flash',
        aspects: Object.keys(ONE_K),
        thinking: ['minimal', 'medium', 'high'],
      },
      { '1K': 50_400, '2K': 75_600, '4K': 113_400 },
    ),
    model({ id: 'gemini-3.1-flash-lite-image', name: 'Nano Banana 2 Lite', short: 'Lite' }, { '1K': 33_600 }),
    model(
      {
        id: 'gemini-2.5-flash-image',
        name: 'Nano Banana',
        short: '2.5 Flash',
        status: 'deprecated',
        shutdown: '2026-12-31',
        successor: FLASH,
        max_references: 3,
      },
      { '1K': 39_000 },
    ),
    model(
      {
        id: 'gemini-3.1-flash-image',
        name: 'Nano Banana 2',
        short: '3.1 Flash',
        status: 'retired',
        shutdown: '2026-10-29',
        successor: FLASH,
      },
      { '1K': 67_000 },
    ),
  ],
};

const NO_BUDGETS = {
  day_limit: null,
  month_limit: null,
  billing_day_limit: null,
  billing_month_limit: null,
};
const NO_LIMITS = { ipm: null, rpm: null, tpm: null, rpd: null, usd_10min: null, concurrency: null };

export function account(over: Partial<AccountView> = {}): AccountView {
  return {
    id: 'a-1',
    name: 'studio',
    kind: 'gemini',
    base_url: 'https://generativelanguage.googleapis.com',
    auth: 'x-goog-api-key',
    project: 'studio-a',
    billing: 'studio',
    tier: '1',
    limits: { ...NO_LIMITS },
    budgets: { ...NO_BUDGETS },
    prices: [],
    practice: false,
    builtin: false,
    insecure: false,
    key: { present: true, last4: '7Qxa', store: 'keychain' },
    trouble: null,
    ...over,
  };
}

export const PRACTICE = account({
  id: 'practice',
  name: 'practice',
  kind: 'practice',
  base_url: null,
  project: 'practice',
  tier: null,
  practice: true,
  builtin: true,
  key: { present: false, last4: null, store: null },
});

export const SETTINGS: Settings = {
  theme: 'dark',
  language: 'en',
  default_models: [],
  default_size: '4K',
  default_aspect: '16:9',
  concurrency: 0,
  day_limit: null,
  confirm_jobs: 20,
  confirm_usd: 2_000_000,
  call_timeout_s: 600,
  max_attempts: 10,
  welcomed: true,
  off_peak: {
    mode: 'hours',
    zone: null,
    avoid: [
      ['09:00', '12:00'],
      ['14:00', '18:00'],
    ],
  },
  month_limit: null,
  alerts: {
    overload_rate: 0.02,
    min_calls: 20,
    latency_factor: 1.5,
    latency_fixed_ms: null,
    quota_share: 0.85,
    budget_share: 0.8,
    desktop: true,
  },
  redo_when_healthy: false,
  clean_references: true,
  auto_save_folder: null,
  auto_save_name: '',
  auto_save_metadata: false,
  auto_save_practice: false,
  fallback_models: [],
  fallback_size: null,
  minute_usd: 20_000,
};

export const HELLO: Hello = {
  version: '0.1.0',
  protocol: 1,
  pid: 4711,
  holder: 'window',
  since_ms: NOW - 600_000,
  now_ms: NOW,
  keychain: { ready: true, trouble: null },
  welcome: false,
  notices: [],
  places: {
    library: '/home/ada/.local/share/diptych',
    logs: '/home/ada/.local/state/diptych/logs',
    cache: '/home/ada/.cache/diptych',
  },
};

export function route(over: Partial<RouteView> = {}): RouteView {
  return {
    account: 'studio',
    project: 'studio-a',
    model: PRO,
    practice: false,
    state: 'clear',
    sentence: { code: 'S-clear', params: { typical: '' } },
    opens_ms: null,
    calls: 12,
    overloaded: 0,
    limited: 0,
    in_flight: 0,
    typical_ms: 50_000,
    usd_today: 960_000,
    account_id: 'a-1',
    tier: 'standard',
    since_ms: NOW - 3_600_000,
    paused: false,
    concurrency: 6,
    quota: [],
    latency: [],
    timeouts: 0,
    hint: null,
    shared: [],
    ...over,
  };
}

export const STATUS: Status = {
  queue: { queued: 0, sending: 0, parked: 0, unknown: 0, failed: 0, paused: false },
  routes: [route(), route({ model: FLASH, typical_ms: 18_000 })],
  usd_today: 0,
  practice_usd_today: 0,
  unknown_usd_today: 0,
  day_limit: null,
  practice: false,
};

export const PROMPT = 'Layered hills at dawn, mist in the valleys, a low sun, long lens, muted palette';

export function picture(over: Partial<PictureView> = {}): PictureView {
  return {
    id: 'dawn-pro',
    seq: 1,
    hash: 'b3',
    job: 'j-0-0',
    sheet: 's-1',
    created_ms: NOW - 60_000,
    width: 5504,
    height: 3072,
    mime: 'image/jpeg',
    bytes: 9_100_000,
    model_asked: PRO,
    model_used: PRO,
    account: 'studio',
    fallback: false,
    size: '4K',
    aspect: '16:9',
    prompt: PROMPT,
    seed: null,
    thinking: null,
    safety: null,
    references: [],
    sources: [],
    colour: '#8a8f98',
    likeness: 'f0f0f0f0f0f0f0f0',
    usd: 240_000,
    elapsed_ms: 52_000,
    attempts: 1,
    practice: false,
    serial: null,
    rating: 0,
    trashed: false,
    tags: [],
    collections: [],
    notes: [],
    credentials: false,
    imported: null,
    ...over,
  };
}

export function imported(over: Partial<Imported> = {}): Imported {
  return { imported: 0, known: 0, refused: 0, cancelled: false, files: [], ...over };
}

export function job(row: number, column: number, over: Partial<JobView> = {}): JobView {
  const asked = over.model_asked ?? (column === 0 ? PRO : FLASH);
  return {
    id: `j-${row}-${column}`,
    sheet: 's-1',
    row,
    column,
    state: 'queued',
    model_asked: asked,
    model_used: null,
    account: null,
    fallback: false,
    from_library: false,
    late: false,
    attempts: 0,
    billed_usd: 0,
    billed: null,
    size: '4K',
    aspect: '16:9',
    width: 5504,
    height: 3072,
    created_ms: NOW - 130_000,
    sent_ms: null,
    finished_ms: null,
    not_before_ms: null,
    stand_in: null,
    ahead: null,
    smaller: null,
    larger: null,
    typical_ms: column === 0 ? 50_000 : 18_000,
    usd: column === 0 ? 240_000 : 113_400,
    reason: { code: 'R-queued', params: {} },
    notes: [],
    picture: null,
    practice: false,
    ...over,
  };
}

export function doneJob(row: number, column: number, name: string, over: Partial<PictureView> = {}): JobView {
  const view = picture({
    id: name,
    job: `j-${row}-${column}`,
    model_asked: column === 0 ? PRO : FLASH,
    model_used: column === 0 ? PRO : FLASH,
    usd: column === 0 ? 240_000 : 113_400,
    elapsed_ms: column === 0 ? 52_000 : 17_000,
    ...over,
  });
  return job(row, column, {
    state: 'done',
    model_used: view.model_used,
    account: view.account,
    attempts: view.attempts,
    billed: 'yes',
    billed_usd: view.usd,
    finished_ms: NOW - 60_000,
    fallback: view.fallback,
    notes: view.notes,
    reason: null,
    picture: view,
    practice: view.practice,
  });
}

export function sheet(jobs: JobView[], over: Partial<SheetView> = {}): SheetView {
  const rows = Math.max(1, ...jobs.map((one) => one.row + 1));
  return {
    id: 's-1',
    title: 'Layered hills at dawn',
    prompt: PROMPT,
    created_ms: NOW - 130_000,
    size: '4K',
    aspect: '16:9',
    models: [PRO, FLASH],
    accounts: [],
    count: rows,
    fallback: 'never',
    practice: false,
    jobs,
    usd_spent: 0,
    usd_unknown: 0,
    usd_reserved: 0,
    max_usd: null,
    lane: 'now',
    deadline_ms: null,
    paused: false,
    ...over,
  };
}

const taken = (files: number, bytes: number) => ({ files, bytes });

/** A library of some hundred pictures. */
export const STORAGE: StorageView = {
  originals: taken(824, 9_400_000_000),
  trash: taken(12, 131_000_000),
  references: taken(9, 21_000_000),
  answers: taken(0, 0),
  exports: taken(31, 402_000_000),
  quarantine: taken(0, 0),
  ledger: taken(4, 88_000_000),
  cache: taken(1_236, 512_000_000),
  free: 184_000_000_000,
};
