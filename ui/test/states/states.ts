// The states to look at, each a script for the fake host and what is done after the first paint.
// Long because it is one list, of which each entry stands by itself.

import type { JobView, PictureView, Sentence } from '@/bindings/api';
import type { Choices } from '@/gallery/filter';
import { galleryOf } from '@/gallery/state.svelte';
import type { Studio } from '@/state/studio.svelte';
import * as data from '../fake-data';
import type { FakeHost, Script } from '../fake-host';
import { WAITED } from '../fake-story';
import * as weather from '../fake-weather';
import { reasons } from './reasons';

export interface State {
  script: Script;
  draft?: Record<string, unknown>;
  then?: (studio: Studio, host: FakeHost) => unknown;
}

const { NOW, FLASH, PRO } = data;
const draft = {
  text: 'Layered hills at ${time:dawn}, mist in the valleys, a low sun, long lens, muted palette, quiet and wide',
  count: 2,
};

const overloaded = data.job(1, 0, {
  state: 'queued',
  attempts: 2,
  billed: 'no',
  not_before_ms: NOW + 38_000,
  stand_in: { model: FLASH, size: '2K', usd: 113_400 },
  reason: { code: 'E-OVERLOAD', params: { provider: 'Google', attempt: 3, max: 10, wait: 38_000 } },
});
const sending = data.job(1, 1, { state: 'sending', sent_ms: NOW - 11_000, attempts: 1, reason: null });
const waiting = [data.doneJob(0, 0, 'dawn-pro'), data.doneJob(0, 1, 'dawn-flash'), overloaded, sending];

const stormy = {
  queue: { queued: 1, sending: 1, parked: 0, unknown: 0, failed: 0, paused: false },
  usd_today: 3_900_000,
  day_limit: 10_000_000,
  routes: [
    data.route({
      state: 'overloaded',
      overloaded: 5,
      opens_ms: NOW + 38_000,
      sentence: { code: 'S-overloaded', params: { since: NOW - 1_260_000, wait: 38_000 } },
    }),
    data.route({ model: FLASH, typical_ms: 18_000 }),
  ],
};

const endings = [
  data.job(0, 0, {
    state: 'failed',
    attempts: 10,
    billed: 'no',
    finished_ms: NOW,
    reason: { code: 'E-OVERLOAD-END', params: { provider: 'Google', attempt: 10 } },
  }),
  data.job(0, 1, {
    state: 'unknown',
    attempts: 1,
    billed: 'unknown',
    reason: { code: 'E-UNKNOWN', params: { after: 600_000, status: ' (504)', usd: 113_400 } },
  }),
  data.job(1, 0, {
    state: 'parked',
    attempts: 1,
    billed: 'no',
    reason: { code: 'E-KEY-REJECTED', params: { provider: 'Google', last4: '7Qxa' } },
  }),
  data.job(1, 1, {
    state: 'failed',
    attempts: 1,
    billed: 'unknown',
    billed_usd: 0,
    finished_ms: NOW,
    reason: {
      code: 'E-REFUSED',
      params: { reason: 'IMAGE_SAFETY', text: 'I cannot make this picture. <b>Try</b> another wording.' },
    },
  }),
  data.job(2, 0, {
    ...data.doneJob(2, 0, 'dusk-pro', { id: 'dust-flash', fallback: true, model_used: FLASH, usd: 113_400 }),
    notes: [{ code: 'W-SIZE', params: { asked: '5504×3072', got: '2752×1536', asked_size: '4K' } }],
  }),
  data.job(2, 1, {
    state: 'unknown',
    attempts: 1,
    billed: 'unknown',
    reason: { code: 'E-UNKNOWN-RESTART', params: { usd: 113_400 } },
  }),
  data.job(3, 0, { state: 'cancelled', finished_ms: NOW, reason: { code: 'R-cancelled', params: {} } }),
  data.job(3, 1, {
    ...data.doneJob(3, 1, 'mist-flash', { practice: true }),
    from_library: true,
  }),
];

const LONG =
  'A lighthouse on a basalt cliff in the last light before a storm, seen from a small boat, spray on the lens, gulls against the beam, oxidised copper, wet slate, very long exposure, nothing in the middle of the picture';

const refused = (row: number, column: number) =>
  data.job(row, column, {
    state: 'failed',
    attempts: 1,
    billed: 'unknown',
    billed_usd: 0,
    finished_ms: NOW,
    reason: { code: 'E-REFUSED', params: { reason: 'IMAGE_SAFETY', text: LONG } },
  });
const longWords = [refused(0, 0), data.doneJob(0, 1, 'dawn-flash'), overloaded, sending];
const allFailed = [0, 1].flatMap((row) =>
  [0, 1].map((column) => ({ ...data.job(row, column), ...ended(row + column) })),
);

/** Each for another reason. */
function ended(which: number): Partial<JobView> {
  const reasons: Sentence[] = [
    { code: 'E-OVERLOAD-END', params: { provider: 'Google', attempt: 10 } },
    { code: 'E-REFUSED', params: { reason: 'IMAGE_SAFETY', text: 'Try another wording.' } },
    { code: 'E-NOT-JSON', params: { provider: 'backup relay', title: 'Bad gateway' } },
  ];
  return { state: 'failed', attempts: 3, billed: 'no', finished_ms: NOW, reason: reasons[which] ?? null };
}

const REFERENCES = ['mist-pro', 'dust-pro', 'night-flash'].map((id) => ({
  id,
  mime: 'image/jpeg',
  width: 5504,
  height: 3072,
  bytes: 9_100_000,
}));

const NINE = Array.from({ length: 9 }, (_, index) =>
  data.model(
    { id: `m-${index}`, name: `Sehr ausführlich benanntes Bildmodell ${index + 1}`, short: `M${index + 1}` },
    { '1K': 40_000 + index * 1_000, '4K': 240_000 },
  ),
);

const practice = {
  accounts: [data.PRACTICE],
  status: {
    ...data.STATUS,
    practice: true,
    practice_usd_today: 710_000,
    routes: [
      data.route({ account: 'practice', practice: true }),
      data.route({ account: 'practice', model: FLASH }),
    ],
  },
};

const lanes = {
  lanes: [
    { lane: 'now' as const, usd: 707_000, finish_ms: NOW + 240_000, possible: true, why: null },
    { lane: 'off-peak' as const, usd: 707_000, finish_ms: NOW + 57_600_000, possible: true, why: null },
    { lane: 'economy' as const, usd: 353_500, finish_ms: NOW + 7_200_000, possible: true, why: null },
  ],
};

const advising = {
  ...stormy,
  routes: stormy.routes.map((route, at) => ({
    ...route,
    hint:
      at === 0
        ? { code: 'S-hint-size', params: { small: '2K', large: '4K', refused: 58, calls: 171 } }
        : null,
  })),
};

const PROMPTS = [
  data.PROMPT,
  'A desert of dust at noon, one figure far away, heat over the dunes, wide lens',
  '晨雾中的湖，远山如黛，长焦，低饱和度',
  'Night harbour, neon on wet stone, a tram passing, grain of 35 mm film, quiet and wide, seen from a bridge',
];

/** Pictures newest first: four sheets of eight, again and again. */
function library(n: number): PictureView[] {
  return Array.from({ length: n }, (_, at) => {
    const sheet = Math.floor(at / 8);
    const pro = at % 2 === 0;
    const name = ['dawn', 'dust', 'mist', 'night'][sheet % 4] ?? 'dawn';
    return data.picture({
      id: `${name}-${pro ? 'pro' : 'flash'}`,
      seq: n - at,
      sheet: `s-${sheet}`,
      created_ms: NOW - at * 400_000,
      prompt: PROMPTS[sheet % 4] ?? '',
      model_asked: pro ? PRO : FLASH,
      model_used: pro ? PRO : FLASH,
      size: at % 8 < 6 ? '4K' : '2K',
      usd: pro ? 240_000 : 101_000,
      rating: [0, 4, 0, 0, 5, 0, 0, 3, 0, 0, 2][at % 11] ?? 0,
      tags: at % 5 === 0 ? ['for the cover', 'blue hour'] : [],
      collections: at % 3 === 0 ? ['Calendar 2027'] : [],
      practice: at % 13 === 12,
      notes: at % 17 === 3 ? [{ code: 'W-SIZE', params: { asked: '4K', got: '2K', asked_size: '4K' } }] : [],
      seed: at % 3 === 0 ? 4_711 : null,
    });
  });
}

interface Shown {
  top?: number;
  select?: number[];
  filters?: Partial<Choices>;
  bySheet?: boolean;
}

function inGallery({ top = 0, select = [], filters, bySheet = false }: Shown = {}) {
  return async (studio: Studio): Promise<void> => {
    studio.nav.go('gallery');
    const gallery = galleryOf(studio);
    if (bySheet) gallery.group(true);
    if (filters) {
      gallery.choose(filters);
      await gallery.showFilters(true);
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (top > 0) document.querySelector('.scroller')?.scrollTo({ top });
    gallery.selection = { seqs: new Set(select), anchor: select[0] ?? null, cursor: select[0] ?? null };
  };
}

const lost = {
  sentence: { code: 'E-LIBRARY', params: { text: 'disk I/O error' } },
  billed: null,
};

export const STATES: Record<string, State> = {
  welcome: { script: { hello: { welcome: true }, settings: { welcomed: false }, ...practice } },
  empty: { script: practice },
  waiting: { script: { sheets: [{ ...data.sheet(waiting), fallback: 'ask' }], status: stormy }, draft },
  ahead: {
    script: {
      sheets: [
        data.sheet(
          [0, 1].flatMap((row) => [
            data.job(row, 0, { reason: overloaded.reason, ahead: { size: '2K', usd: 134_000 } }),
            data.doneJob(row, 1, row === 0 ? 'dawn-flash' : 'mist-flash'),
          ]),
        ),
      ],
      status: stormy,
    },
    draft,
  },
  'ahead-made': {
    script: {
      sheets: [
        data.sheet([
          data.job(0, 0, { reason: overloaded.reason, attempts: 4, smaller: 'j-small' }),
          data.doneJob(0, 1, 'dawn-flash'),
          {
            ...data.doneJob(0, 0, 'dawn-pro', { width: 2752, height: 1536 }),
            id: 'j-small',
            size: '2K',
            larger: 'j-0-0',
            created_ms: NOW - 30_000,
          },
        ]),
      ],
      status: stormy,
    },
    draft,
  },
  full: {
    script: {
      sheets: [
        data.sheet(
          ['dawn', 'dust', 'mist', 'night'].flatMap((name, row) => [
            data.doneJob(row, 0, `${name}-pro`),
            data.doneJob(row, 1, `${name}-flash`),
          ]),
        ),
      ],
    },
    draft,
  },
  endings: {
    script: {
      sheets: [data.sheet(endings)],
      status: {
        ...stormy,
        unknown_usd_today: 226_800,
        queue: { ...stormy.queue, unknown: 2, parked: 1, paused: true },
      },
    },
    draft,
  },
  library: { script: { plan: { from_library: 2, pictures: 2, usd: 353_400 } }, draft },
  confirm: {
    script: {
      plan: {
        confirm: { code: 'E-CONFIRM', params: { n: 40, usd: 7_068_000 } },
        pictures: 40,
        usd: 7_068_000,
      },
    },
    draft: { ...draft, count: 20 },
    then: () => setTimeout(() => document.querySelector<HTMLElement>('.go .primary')?.click(), 600),
  },
  problem: {
    script: {
      plan: {
        problems: [
          {
            sentence: {
              code: 'E-SIZE',
              params: { model: 'Nano Banana 2 Lite', size: '4K', sizes: '1K' },
            },
            billed: null,
          },
        ],
      },
    },
    draft: { ...draft, models: [PRO, 'gemini-3.1-flash-lite-image'], extra: ['gemini-3.1-flash-lite-image'] },
  },
  portrait: {
    script: {
      sheets: [
        data.sheet(
          waiting.map((job) => ({
            ...job,
            width: 3072,
            height: 5504,
            aspect: '9:16',
            picture: job.picture && { ...job.picture, width: 3072, height: 5504, aspect: '9:16' },
          })),
          { aspect: '9:16' },
        ),
      ],
    },
    draft: { ...draft, aspect: '9:16' },
  },
  nine: {
    script: {
      models: { ...data.MODELS, default: NINE.map((model) => model.id), models: NINE },
      sheets: [
        data.sheet(
          NINE.map((model, column) => ({
            ...(column % 2 ? sending : overloaded),
            id: model.id,
            model_asked: model.id,
            row: 0,
            column,
          })),
          {
            models: NINE.map((model) => model.id),
            title: 'Ein Prompt mit einem außerordentlich langen Titel, der nicht passt',
          },
        ),
      ],
    },
    draft,
  },
  settings: {
    script: {
      accounts: [
        data.account(),
        data.account({
          id: 'a-2',
          name: 'backup relay with a rather long name',
          kind: 'relay-gemini',
          base_url: 'http://127.0.0.1:8080/gemini',
          insecure: true,
          project: 'relay',
          key: { present: true, last4: 'k3y0', store: 'session' },
          limits: { ...data.account().limits, ipm: 10, rpd: 250, usd_10min: 5_000_000 },
          trouble: { code: 'E-KEY-REJECTED', params: { provider: 'backup relay', last4: 'k3y0' } },
        }),
        data.PRACTICE,
      ],
      hello: { keychain: { ready: false, trouble: { code: 'E-KEYCHAIN-LOCKED', params: {} } } },
    },
    then: (studio) => studio.nav.go('settings'),
  },
  account: {
    script: {},
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelector<HTMLElement>('section header .button')?.click(), 200);
    },
  },
  relay: {
    script: {
      accounts: [
        data.account({
          name: 'relay',
          kind: 'relay-gemini',
          base_url: 'https://relay.example/gemini/',
          billing: 'acme',
          budgets: { ...data.account().budgets, day_limit: 5_000_000, billing_month_limit: 100_000_000 },
          prices: [{ model: PRO, size: '4K', usd: 50_000, dated_ms: NOW - 86_400_000 * 9 }],
        }),
      ],
    },
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelectorAll<HTMLElement>('li .actions .button')[1]?.click(), 200);
    },
  },
  close: {
    script: { sheets: [data.sheet(waiting)], status: stormy },
    draft,
    then: (_, host) => host.askToClose(2),
  },
  palette: {
    script: { sheets: [data.sheet(waiting)], status: stormy },
    draft,
    then: (studio) => (studio.nav.palette = true),
  },
  'help-wall': {
    script: { sheets: [wallOf(['dawn-pro', 'dust-pro'])] },
    then: (studio) => {
      studio.nav.openWall({ sheet: 's-1' });
      setTimeout(() => (studio.nav.help = true), 300);
    },
  },
  help: { script: practice, then: (studio) => (studio.nav.help = true) },
  notice: {
    script: { sheets: [data.sheet(waiting)], status: stormy },
    draft,
    then: (studio) => {
      studio.notices.failure({
        sentence: { code: 'E-NO-ROOM', params: { needs: 9e7, free: 1.2e7, path: '/home/ada' } },
        billed: 'no',
      });
      studio.notices.failure({
        sentence: { code: 'E-NOT-JSON', params: { provider: 'backup relay', title: 'Bad gateway' } },
        billed: 'unknown',
      });
    },
  },
  unauthorised: { script: { unauthorised: true } },
  'gallery-empty': { script: {}, then: (studio) => studio.nav.go('gallery') },
  gallery: { script: { pictures: library(30) }, then: inGallery() },
  'gallery-many': { script: { pictures: library(100_000) }, then: inGallery({ top: 1_200_000 }) },
  'gallery-selected': {
    script: { pictures: library(30) },
    then: inGallery({ select: [29] }),
  },
  'gallery-filtered': {
    script: { pictures: library(100_000) },
    then: inGallery({
      select: [99_999, 99_998, 99_991],
      filters: { collection: 'Calendar 2027', size: '4K', rating: '1' },
      bySheet: true,
    }),
  },
  'gallery-none': {
    script: { pictures: library(30) },
    then: inGallery({ filters: { state: 'damaged', size: '1K' } }),
  },
  'gallery-failed': {
    script: { answers: { 'pictures.find': () => Promise.reject(lost) } },
    then: (studio) => studio.nav.go('gallery'),
  },
  'gallery-trash': {
    script: { pictures: library(30).map((one) => ({ ...one, trashed: true })) },
    then: async (studio) => {
      await inGallery()(studio);
      await galleryOf(studio).showTrash(true);
    },
  },
  'gallery-save': {
    script: { pictures: library(30) },
    then: async (studio) => {
      await inGallery({ select: [29, 28, 25] })(studio);
      setTimeout(() => document.querySelectorAll<HTMLElement>('aside .end button')[1]?.click(), 200);
    },
  },
  'gallery-collection': {
    script: { pictures: library(30) },
    then: async (studio) => {
      await inGallery({ filters: { collection: 'Calendar 2027' } })(studio);
      setTimeout(
        () => document.querySelector<HTMLElement>('.chip button, [aria-label^=Rename]')?.click(),
        200,
      );
    },
  },
  'weather-empty': { script: { ...practice }, then: (studio) => studio.nav.go('weather') },
  'weather-calm': { script: { weather: weather.CALM }, then: (studio) => studio.nav.go('weather') },
  'weather-storm': {
    script: { weather: weather.STORM, status: stormy },
    then: (studio) => studio.nav.go('weather'),
  },
  'weather-week': { script: { weather: weather.WEEK }, then: (studio) => studio.nav.go('weather') },
  'weather-heat': {
    script: { weather: weather.STORM, status: stormy },
    then: (studio) => {
      studio.nav.go('weather');
      setTimeout(() => document.getElementById('heat-title')?.scrollIntoView(), 300);
    },
  },
  'settings-fallback': {
    script: {
      settings: { fallback_models: [FLASH, 'gemini-3.1-flash-lite-image'], fallback_size: '1K' },
    },
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelectorAll('.settings section')[3]?.scrollIntoView(), 300);
    },
  },
  'settings-learned': {
    script: {
      learned: weather.LEARNED,
      settings: { off_peak: { ...data.SETTINGS.off_peak, mode: 'learned' } },
    },
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelectorAll('.settings section')[5]?.scrollIntoView(), 300);
    },
  },
  'settings-alerts': {
    script: {},
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelectorAll('.settings section')[3]?.scrollIntoView(), 300);
    },
  },
  'settings-copies': {
    script: { settings: { auto_save_folder: '/home/mei/Pictures/New' } },
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelectorAll('.settings section')[7]?.scrollIntoView(), 300);
    },
  },
  'settings-storage': {
    script: {},
    then: (studio) => {
      studio.nav.go('settings');
      setTimeout(() => document.querySelectorAll('.settings section')[8]?.scrollIntoView(), 500);
    },
  },
  'queue-empty': { script: practice, then: (studio) => studio.nav.go('queue') },
  queue: {
    script: {
      queue: weather.QUEUE,
      status: {
        ...stormy,
        queue: { queued: 123, sending: 7, parked: 87, unknown: 2, failed: 1, paused: false },
      },
    },
    then: (studio) => studio.nav.go('queue'),
  },
  'queue-open': {
    script: {
      queue: { ...weather.QUEUE, paused: true, sheets: weather.QUEUE.sheets.slice(0, 3) },
      sheets: [data.sheet([...waiting, ...endings.map((job, index) => ({ ...job, id: `e-${index}` }))])],
      status: { ...stormy, queue: { queued: 3, sending: 1, parked: 1, unknown: 2, failed: 2, paused: true } },
    },
    then: (studio) => {
      studio.nav.go('queue');
      void studio.queue.toggle('s-1');
    },
  },
  'queue-reasons': {
    script: {
      queue: { ...weather.QUEUE, sheets: weather.QUEUE.sheets.slice(0, 1) },
      answers: { 'jobs.list': () => reasons },
      status: {
        ...stormy,
        queue: { queued: 12, sending: 1, parked: 5, unknown: 0, failed: 0, paused: false },
      },
    },
    then: (studio) => {
      studio.nav.go('queue');
      void studio.queue.toggle(weather.QUEUE.sheets[0]?.sheet ?? '');
    },
  },
  'queue-resolve': {
    script: {
      queue: weather.QUEUE,
      sheets: [data.sheet(endings)],
      status: {
        ...stormy,
        queue: { queued: 3, sending: 1, parked: 1, unknown: 2, failed: 2, paused: false },
      },
    },
    then: (studio) => {
      studio.nav.go('queue');
      setTimeout(() => document.querySelector<HTMLElement>('.queue header .button')?.click(), 400);
    },
  },
  story: {
    script: { sheets: [data.sheet(waiting)], status: stormy },
    draft,
    then: (studio) => (studio.nav.story = 'j-1-0'),
  },
  'story-waits': {
    script: { sheets: [data.sheet(waiting)], status: stormy, answers: { 'jobs.story': () => WAITED } },
    draft,
    then: (studio) => (studio.nav.story = 'j-1-0'),
  },
  'queue-stop': {
    script: { queue: weather.QUEUE, status: stormy },
    then: (studio) => {
      studio.nav.go('queue');
      setTimeout(() => {
        const buttons = [...document.querySelectorAll<HTMLElement>('.queue header .button')];
        buttons.find((button) => button.textContent?.includes('Stop'))?.click();
      }, 400);
    },
  },
  banner: {
    script: { sheets: [data.sheet(waiting)], status: stormy, weather: weather.STORM },
    draft,
  },
  // The prompt, the titles, the errors and the names are all longer than there is room for.
  long: {
    script: {
      sheets: [data.sheet(longWords, { title: LONG, prompt: LONG })],
      plan: {
        notes: [{ code: 'W-SIZE', params: { asked: '5504×3072', got: '2752×1536', asked_size: '4K' } }],
        feasibility: { code: 'S-day-over', params: { limit: 250, spare: 84, at: NOW + 64_000_000 } },
      },
      status: stormy,
    },
    draft: { ...draft, text: `${LONG} ${'${time:dawn} ${weather:thin mist} ${lens} '}${LONG} ${LONG}` },
  },
  references: {
    script: { plan: lanes },
    draft: { ...draft, references: REFERENCES },
  },
  failed: {
    script: { sheets: [data.sheet(allFailed)], status: stormy },
    draft,
  },
  economy: {
    script: { plan: lanes, status: stormy, sheets: [data.sheet(waiting)] },
    draft: { ...draft, lane: 'economy' },
  },
  smaller: {
    script: { plan: lanes, status: advising, sheets: [data.sheet(waiting)] },
    draft,
  },
  'smaller-asked': {
    script: { plan: lanes, status: advising, sheets: [data.sheet(waiting)] },
    draft,
    then: () => setTimeout(() => document.querySelector<HTMLElement>('.offer button')?.click(), 600),
  },
  lanes: {
    script: {
      sheets: [data.sheet(waiting)],
      status: stormy,
      plan: {
        ...lanes,
        feasibility: { code: 'S-day-fits-at', params: { limit: 250, spare: 12, at: NOW + 5_400_000 } },
      },
    },
    draft: { ...draft, lane: 'off-peak', deadlineHours: 12 },
  },
  'save-as': {
    script: { pictures: library(30) },
    then: (studio) => {
      void inGallery({ select: [1, 2, 3] })(studio);
      setTimeout(() => document.querySelector<HTMLElement>('.row.end .button:nth-of-type(2)')?.click(), 300);
    },
  },
  redo: {
    script: { pictures: library(30) },
    then: (studio) => {
      void inGallery({ select: [1] })(studio);
      studio.nav.redo = library(1)[0] ?? null;
    },
  },
  wall: {
    script: { sheets: [data.sheet([data.doneJob(0, 0, 'dust-pro'), data.doneJob(0, 1, 'dust-flash')])] },
    then: (studio) => studio.nav.openWall({ sheet: 's-1' }),
  },
  review: {
    script: {
      sheets: [wallOf(['dawn-pro', 'dust-pro', 'dawn-flash', 'dust-flash', 'mist-pro', 'mist-flash'])],
    },
    then: (studio) => studio.nav.openReview({ sheet: 's-1' }),
  },
  'wall-edit': {
    script: {
      sheets: [data.sheet([data.doneJob(0, 0, 'mist-pro'), data.doneJob(0, 1, 'mist-pro--5504x3072--edit')])],
    },
    then: (studio) => studio.nav.openWall({ sheet: 's-1' }),
  },
  ...Object.fromEntries(
    (
      [
        ['wall-swipe', 'w', 'mist-pro--5504x3072--edit'],
        ['wall-onion', 'o', 'mist-pro--5504x3072--edit'],
        ['wall-blink', 'b', 'mist-pro--5504x3072--edit'],
        ['wall-difference', 'd', 'mist-pro--5504x3072--edit'],
        ['wall-blind', 'h', 'mist-flash'],
        ['wall-info', 'i', 'mist-flash'],
        ['wall-pinned', 'p', 'mist-flash'],
        ['wall-one', '1', 'mist-flash'],
        ['wall-loupe', 'z', 'mist-flash'],
      ] as const
    ).map(([name, key, second]) => [
      name,
      {
        script: { sheets: [data.sheet([data.doneJob(0, 0, 'mist-pro'), data.doneJob(0, 1, second)])] },
        then: (studio: Studio) => {
          studio.nav.openWall({ sheet: 's-1' });
          setTimeout(() => dispatchEvent(new KeyboardEvent('keydown', { key })), 500);
        },
      },
    ]),
  ),
  'wall-menu': {
    script: { sheets: [wallOf(['dawn-pro', 'dust-pro'])] },
    then: (studio) => {
      studio.nav.openWall({ sheet: 's-1' });
      setTimeout(() => document.querySelector<HTMLElement>('.caption [aria-haspopup]')?.click(), 500);
    },
  },
  'wall-grid': {
    script: {
      sheets: [
        data.sheet([
          data.doneJob(0, 0, 'dawn-pro'),
          data.doneJob(0, 1, 'dawn-flash'),
          data.doneJob(1, 0, 'dust-flash', { fallback: true, model_used: FLASH, usd: 113_400, attempts: 4 }),
          data.doneJob(1, 1, 'dust-flash'),
        ]),
      ],
    },
    then: (studio) => studio.nav.openWall({ sheet: 's-1', focus: 'dust-flash' }),
  },
  'wall-four': {
    script: { sheets: [wallOf(['dawn-pro', 'dust-pro', 'mist-pro', 'night-pro'])] },
    then: (studio) => studio.nav.openWall({ sheet: 's-1' }),
  },
  'wall-nine': {
    script: {
      sheets: [
        wallOf(['dawn-pro', 'dawn-flash', 'dust-pro', 'dust-flash', 'mist-pro', 'mist-flash', 'night-pro']),
      ],
    },
    then: (studio) => studio.nav.openWall({ sheet: 's-1' }),
  },
};

/** Repeats of one model; the ninth is still being made, the eighth came smaller and from another model. */
function wallOf(names: string[]) {
  const jobs = names.map((name, row) => data.doneJob(row, 0, name, { rating: row % 4 }));
  if (names.length > 4) {
    jobs.push(
      data.doneJob(7, 0, 'night-flash', {
        fallback: true,
        model_used: FLASH,
        width: 1376,
        height: 768,
        attempts: 3,
        notes: [{ code: 'W-SIZE', params: { asked: '5504×3072', got: '1376×768', asked_size: '4K' } }],
      }),
      data.job(8, 0, { state: 'sending', sent_ms: NOW - 11_000, attempts: 1, reason: null }),
    );
  }
  return data.sheet(jobs, { models: [PRO] });
}
