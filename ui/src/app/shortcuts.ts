// The keys that work in every view.

import type { Studio } from '@/state/studio.svelte';
import { EVERYWHERE, type KeyGroup } from './keys';

export function openSheetWall(studio: Studio): void {
  const { nav, sheets } = studio;
  if (sheets.current && sheets.pictures.length > 0) nav.openWall({ sheet: sheets.current.id });
  else nav.go('wall');
}

export function reviewSheet({ nav, sheets }: Studio): void {
  if (sheets.current && sheets.pictures.length > 0) nav.openReview({ sheet: sheets.current.id });
}

export function globalKeys(studio: Studio): KeyGroup {
  const { nav } = studio;
  return {
    title: EVERYWHERE,
    keys: [
      { keys: 'g c', does: 'nav.compose', run: () => nav.go('compose') },
      { keys: 'g w', does: 'nav.wall', run: () => openSheetWall(studio) },
      { keys: 'g g', does: 'nav.gallery', run: () => nav.go('gallery') },
      { keys: 'g q', does: 'nav.queue', run: () => nav.go('queue') },
      { keys: 'g m', does: 'nav.weather', run: () => nav.go('weather') },
      { keys: 'g s', does: 'nav.settings', run: () => nav.go('settings') },
      { keys: 'Ctrl+1', does: 'nav.compose', run: () => nav.go('compose') },
      { keys: 'Ctrl+2', does: 'nav.wall', run: () => openSheetWall(studio) },
      { keys: 'Ctrl+3', does: 'nav.gallery', run: () => nav.go('gallery') },
      { keys: 'Ctrl+4', does: 'nav.queue', run: () => nav.go('queue') },
      { keys: 'Ctrl+5', does: 'nav.weather', run: () => nav.go('weather') },
      { keys: 'Ctrl+6', does: 'nav.settings', run: () => nav.go('settings') },
      { keys: 'Ctrl+k', does: 'palette.title', run: () => (nav.palette = true) },
      { keys: '?', does: 'keys.help', run: () => (nav.help = true) },
    ],
  };
}
