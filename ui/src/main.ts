import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { openHost } from './host';
import { locale } from './i18n/index.svelte';
import { Studio } from './state/studio.svelte';

// The letters come while all else is asked for. Laid out without them, the first view would first look through the system's fonts.
const letters = document.fonts.load("13px 'Inter Variable'").catch(() => []);
const host = await openHost();
locale.source = (language) => host.words(language);
// Asked first, and together with the first questions about the studio: without words there is nothing to show.
const words = locale.use('system');
const studio = new Studio(host);
void studio.start();
await Promise.all([words, letters]);

const target = document.getElementById('app');
if (target) mount(App, { target, props: { studio } });
requestAnimationFrame(() => void host.ready());
