// Accounts in words, and the form's fields as the command takes them.

import type { AccountSpec, AccountView, KeyView, Limits } from '@/bindings/api';
import { number, t } from '@/i18n/index.svelte';
import { dollars, micros, whole } from './saving';

export const LIMITS = ['ipm', 'rpm', 'tpm', 'rpd', 'usd_10min', 'concurrency'] as const;
export type LimitName = (typeof LIMITS)[number];

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
}

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
  };
}

/** `null` leaves a value as it is, so empty fields are not sent. */
export function specOf(fields: AccountFields, account: AccountView | null): Partial<AccountSpec> {
  const text = (value: string) => (value.trim() === '' ? null : value.trim());
  const limits = Object.fromEntries(
    LIMITS.map((name) => [
      name,
      name === 'usd_10min' ? micros(fields.limits[name]) : whole(fields.limits[name]),
    ]),
  ) as Limits;
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
    tier: text(fields.tier),
    limits,
    prices: [],
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

export function limitWords(limits: Limits): string {
  return LIMITS.flatMap((name) => {
    const value = limits[name];
    if (value === null) return [];
    return [t(`accounts.limit.${name}.short`, { n: name === 'usd_10min' ? value : number(value) })];
  }).join(' · ');
}
