// A job for every reason to wait: each must be one that a newcomer understands.

import { job, NOW } from '../fake-data';

/** Every reason for which a job waits, as the engine gives it. */
export const reasons = (
  [
    ['queued', 'R-queued', {}],
    ['queued', 'R-concurrency', { n: 4 }],
    ['queued', 'R-paused', {}],
    ['queued', 'R-sheet-paused', {}],
    ['queued', 'R-route-paused', { model: 'Nano Banana Pro', account: 'studio' }],
    ['queued', 'R-offline', { host: 'generativelanguage.googleapis.com', wait: 12_000 }],
    ['queued', 'R-off-peak', { at: NOW + 9_000_000 }],
    ['queued', 'E-OVERLOAD', { provider: 'Google', attempt: 3, max: 10, wait: 38_000 }],
    ['queued', 'E-CAPACITY', { provider: 'Google', attempt: 2, wait: 21_000 }],
    ['queued', 'E-RATE-MINUTE', { limit: 10, of: 'rpm', project: 'studio', wait: 9_000 }],
    ['queued', 'E-RATE-SPEND', { limit: 10_000_000, billing: 'acme', wait: 95_000 }],
    ['queued', 'E-NO-ROOM', { path: '~/.local/share/diptych', needs: 60_000_000, free: 12_000_000 }],
    ['sending', 'R-sending', { ago: 11_000 }],
    ['parked', 'E-RATE-DAY', { project: 'studio', at: NOW + 26_000_000 }],
    ['parked', 'E-SPEND-CAP', { project: 'studio', at: NOW + 26_000_000 }],
    ['parked', 'R-key', { account: 'studio' }],
    ['parked', 'R-budget', { limit: 5_000_000, spent: 4_910_000, price: 240_000 }],
    ['parked', 'R-day-limit', { limit: 10_000_000, spent: 9_840_000, price: 240_000 }],
    ['parked', 'R-month-limit', { limit: 100_000_000, spent: 99_900_000, price: 240_000 }],
    [
      'parked',
      'R-account-day-limit',
      { account: 'relay', limit: 2_000_000, spent: 1_950_000, price: 100_000 },
    ],
    [
      'parked',
      'R-billing-month-limit',
      { billing: 'acme', limit: 50_000_000, spent: 49_990_000, price: 100_000 },
    ],
    ['parked', 'E-PRICE-UNKNOWN', { model: 'Nano Banana Pro', size: '4K', account: 'relay' }],
  ] as const
).map(([state, code, params], at) =>
  job(at, 0, {
    id: `reason-${at}`,
    state,
    sent_ms: state === 'sending' ? NOW - 11_000 : null,
    not_before_ms: 'wait' in params ? NOW + params.wait : null,
    reason: { code, params },
  }),
);
