// Wire types of the weather that the generated bindings do not have yet. Nothing here but types; it goes away with them.

import type {
  Event as BaseEvent,
  Plan as BasePlan,
  RouteView as BaseRoute,
  Sentence,
  Settings as BaseSettings,
  SettingsPatch as BasePatch,
  SheetSpec as BaseSpec,
  Spend,
} from '@/bindings/api';

export type Dimension = 'ipm' | 'rpm' | 'tpm' | 'rpd' | 'usd_10min';

export interface QuotaView {
  dimension: Dimension;
  used: number;
  limit: number | null;
  source: 'set' | 'told' | 'learned' | 'unknown';
  resets_ms: number | null;
}

export interface LatencyView {
  size: string;
  p50_ms: number;
  p95_ms: number;
  calls: number;
}

export type RouteView = BaseRoute & {
  account_id: string;
  tier: 'standard' | 'flex';
  since_ms: number | null;
  paused: boolean;
  concurrency: number | null;
  quota: QuotaView[];
  latency: LatencyView[];
  timeouts: number;
  hint: Sentence | null;
};

export interface WeatherBin {
  start_ms: number;
  calls: number;
  pictures: number;
  limited: number;
  overloaded: number;
  failed: number;
  p50_ms: number | null;
}

export interface RouteBins {
  account: string;
  model: string;
  practice: boolean;
  bins: WeatherBin[];
}

export interface HeatCell {
  day: number;
  hour: number;
  calls: number;
  overloaded: number;
  rate: number | null;
}

export interface HeatView {
  origin: string;
  model: string;
  practice: boolean;
  calls: number;
  cells: HeatCell[];
  learned: boolean;
}

export interface AlertView {
  id: string;
  kind: 'overload' | 'latency' | 'quota_day' | 'timeouts' | 'budget' | 'parked' | 'unknown';
  account: string | null;
  model: string | null;
  sentence: Sentence;
  raised_ms: number;
  resolved_ms: number | null;
  seen: boolean;
}

export interface WeatherView {
  now_ms: number;
  routes: RouteView[];
  bins: RouteBins[];
  heat: HeatView[];
  alerts: AlertView[];
  spend: Spend;
}

export type LaneName = 'now' | 'off-peak' | 'economy';

export interface GetQueue {
  lane: string | null;
  offset: number;
  limit: number;
}

export interface LaneView {
  lane: LaneName;
  queued: number;
  sending: number;
  parked: number;
  next_ms: number | null;
  finish_ms: number | null;
}

export interface QueueSheet {
  sheet: string;
  title: string;
  lane: LaneName;
  interactive: boolean;
  practice: boolean;
  paused: boolean;
  models: string[];
  size: string;
  queued: number;
  sending: number;
  parked: number;
  unknown: number;
  failed: number;
  done: number;
  jobs: number;
  reason: Sentence | null;
  opens_ms: number | null;
  finish_ms: number | null;
  feasibility: Sentence | null;
  deadline_ms: number | null;
  created_ms: number;
}

export interface QueuePage {
  paused: boolean;
  draining: boolean;
  lanes: LaneView[];
  sheets: QueueSheet[];
}

export interface LanePlan {
  lane: LaneName;
  usd: number | null;
  finish_ms: number | null;
  possible: boolean;
  why: Sentence | null;
}

export type Plan = BasePlan & { lanes: LanePlan[]; feasibility: Sentence | null };
export type SheetSpec = BaseSpec & { deadline_ms: number | null };

export interface OffPeak {
  mode: 'hours' | 'learned';
  zone: string | null;
  avoid: [string, string][];
}

export interface AlertSettings {
  overload_rate: number;
  min_calls: number;
  latency_factor: number;
  latency_fixed_ms: number | null;
  quota_share: number;
  budget_share: number;
  desktop: boolean;
}

export type Settings = BaseSettings & {
  off_peak: OffPeak;
  month_limit: number | null;
  alerts: AlertSettings;
  redo_when_healthy: boolean;
};

export type Event = BaseEvent | { type: 'alert'; id: string };

export interface RouteName {
  account: string;
  model: string;
}

declare module '@/bindings/api' {
  interface Commands {
    'weather.get': { args: NoArgs; result: WeatherView };
    'alerts.seen': { args: ById; result: Done };
    'queue.get': { args: GetQueue; result: QueuePage };
    'sheets.pause': { args: ById; result: Done };
    'sheets.resume': { args: ById; result: Done };
    'routes.pause': { args: RouteName; result: Done };
    'routes.resume': { args: RouteName; result: Done };
  }
}

export type SettingsPatch = BasePatch & {
  off_peak: OffPeak | null;
  month_limit: number | null;
  alerts: AlertSettings | null;
  redo_when_healthy: boolean | null;
};
