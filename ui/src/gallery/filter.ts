// What the gallery's filter says, and when it says nothing.

import type { PictureFilter } from '@/bindings/api';

/** Everything in the library. */
export const ANY: PictureFilter = {
  search: null,
  models: [],
  accounts: [],
  sizes: [],
  aspects: [],
  tags: [],
  sheet: null,
  rating_min: null,
  rating_max: null,
  from_ms: null,
  to_ms: null,
  usd_min: null,
  usd_max: null,
  practice: null,
  fallback: null,
  trouble: null,
  trash: false,
};
