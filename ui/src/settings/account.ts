// Accounts in words, and the form's fields as the command takes them.

import type { AccountSpec, AccountView, Budgets, KeyView, Limits, PriceSpec } from '@/bindings/api';
import { number, t } from '@/i18n/index.svelte';
import { amountError, dollars, micros, numberError, whole } from '@/shared/amounts';

export const LIMITS = ['ipm', 'rpm', 'tpm', 'rpd', 'usd_10min', 'concurrency'] as const;
export type LimitName = (typeof LIMITS)[number];

export const BUDGETS = ['day_limit', 'month_limit', 'billing_day_limit', 'billing_month_limit'] as const;
export type BudgetName = (typeof BUDGETS)[number];

export interface AccountFields {
  name: string;
  kind: string;
  baseUrl: string;
  auth: string;
  allowHttp: boolean;
  key: string;
  project: string;
  billing: string;
  tier: string;
  limits: Record<LimitName, string>;
  budgets: Record<BudgetName, string>;
  /** In dollars, by `priceKey`. */
  prices: Record<string, string>;
}

export const priceKey = (model: string, size: string): string => `${model}|${size}`;

export function fieldsOf(account: AccountView | null): AccountFields {
  const limit = (name: LimitName) => {
    const value = account?.limits[name] ?? null;
    return name === 'usd_10min' ? dollars(value) : value === null ? '' : String(value);
  };
  return {
    name: account?.name ?? '',
    kind: account?.kind ?? 'gemini',
    baseUrl: account?.kind === 'gemini' ? '' : (account?.base_url ?? ''),
    auth: account?.auth ?? 'x-goog-api-key',
    allowHttp: account?.insecure ?? false,
    key: '',
    project: account?.project ?? '',
    billing: account?.billing ?? '',
    tier: account?.tier ?? '',
    limits: Object.fromEntries(LIMITS.map((name) => [name, limit(name)])) as Record<LimitName, string>,
    budgets: Object.fromEntries(
      BUDGETS.map((name) => [name, dollars(account?.budgets[name] ?? null)]),
    ) as Record<BudgetName, string>,
    prices: Object.fromEntries(
      (account?.prices ?? []).map(({ model, size, usd }) => [priceKey(model, size), dollars(usd)]),
    ),
  };
}

export function limitError(name: LimitName, text: string): string | null {
  return name === 'usd_10min' ? amountError(text) : numberError(text);
}

/** What a field holds; `0`, which takes a limit away, where it was emptied; `null`, which leaves it, where it was empty. */
function changed(now: number | null, before: number | null): number | null {
  return now ?? (before === null ? null : 0);
}

/** The prices that differ; `null` takes one back. */
function pricesOf(fields: AccountFields, account: AccountView | null): PriceSpec[] {
  return Object.entries(fields.prices).flatMap(([key, text]) => {
    const [model = '', size = ''] = key.split('|');
    const usd = micros(text);
    const before = account?.prices.find((one) => one.model === model && one.size === size)?.usd ?? null;
    return usd === before ? [] : [{ model, size, usd }];
  });
}

/** `null` leaves a value as it is, so that what is empty here is not sent. */
export function specOf(fields: AccountFields, account: AccountView | null): Partial<AccountSpec> {
  const text = (value: string) => (value.trim() === '' ? null : value.trim());
  const limits = Object.fromEntries(
    LIMITS.map((name) => [
      name,
      changed(
        name === 'usd_10min' ? micros(fields.limits[name]) : whole(fields.limits[name]),
        account?.limits[name] ?? null,
      ),
    ]),
  ) as Limits;
  const budgets = Object.fromEntries(
    BUDGETS.map((name) => [name, changed(micros(fields.budgets[name]), account?.budgets[name] ?? null)]),
  ) as Budgets;
  const name = fields.name.trim();
  return {
    name: account?.name ?? name,
    rename: account && account.name !== name ? name : null,
    kind: account ? null : fields.kind,
    base_url: fields.kind === 'gemini' ? null : text(fields.baseUrl),
    auth: fields.kind === 'gemini' ? null : fields.auth,
    allow_http: fields.allowHttp,
    project: text(fields.project),
    billing: text(fields.billing),
    // Empty says that it is not known.
    tier: fields.tier,
    limits,
    budgets,
    prices: pricesOf(fields, account),
    key: text(fields.key),
  };
}

export function hostOf(url: string | null): string {
  if (url === null) return 'generativelanguage.googleapis.com';
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** `http://` on this machine, which the user must allow. */
export const isPlainHttp = (url: string): boolean => url.trim().toLowerCase().startsWith('http://');

export function keyWords(key: KeyView): string {
  if (!key.present) return t('accounts.key.none');
  return t(`accounts.key.${key.store ?? 'session'}`, { last4: key.last4 ?? '' });
}

export function limitWords({ limits, budgets, billing }: AccountView): string {
  const own = LIMITS.flatMap((name) => {
    const value = limits[name];
    if (value === null) return [];
    return [t(`accounts.limit.${name}.short`, { n: name === 'usd_10min' ? value : number(value) })];
  });
  const money = BUDGETS.flatMap((name) => {
    const value = budgets[name];
    return value === null ? [] : [t(`accounts.budget.${name}.short`, { n: value, billing })];
  });
  return [...own, ...money].join(' · ');
}
