// `#waiting`, `#welcome`, …: one state of one view. `?theme=light` and `?lang=zh-CN` change the settings.

import '@fontsource-variable/inter/wght.css';
import '@/styles/tokens.css';
import '@/styles/base.css';
import { flushSync, mount } from 'svelte';
import App from '@/app/App.svelte';
import { Studio } from '@/state/studio.svelte';
import { NOW } from '../fake-data';
import { FakeHost } from '../fake-host';
import { teachAll } from '../words';
import { STATES } from './states';

teachAll();

const name = location.hash.slice(1) || 'waiting';
const query = new URLSearchParams(location.search);
const state = STATES[name];
if (!state) throw new Error(`There is no state ${name}; there are ${Object.keys(STATES).join(', ')}`);

// The figures of the scripted jobs are relative to one moment.
Date.now = () => NOW;
localStorage.clear();
if (state.draft) localStorage.setItem('diptych.draft.1', JSON.stringify(state.draft));

const settings = {
  theme: query.get('theme') ?? 'dark',
  language: query.get('lang') ?? 'en',
  ...state.script.settings,
};
const host = new FakeHost({ ...state.script, settings });
// A server that cuts pictures into tiles is told which one is wanted; a plain one gives the whole picture.
const whole = host.pictureUrl.bind(host);
host.pictureUrl = (path) => {
  const [, , ...part] = path.split('/');
  return part[0] === 'tile' ? `${whole(path)}?${part.join('/')}` : whole(path);
};
const studio = new Studio(host);
await studio.start();
const first = state.script.sheets?.[0];
if (first) studio.sheets.show(first);
const target = document.getElementById('app');
if (target) mount(App, { target, props: { studio } });
flushSync();
await state.then?.(studio, host);
