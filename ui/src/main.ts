import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { openHost } from './host';
import { locale } from './i18n/index.svelte';
import { Studio } from './state/studio.svelte';

const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));

/** The styles come by a link of their own, at times after this script; the letters are named in them. */
async function dressed(): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel=stylesheet]');
  if (link && !link.sheet) await new Promise((come) => (link.onload = link.onerror = come));
  // Laid out without them, the first view would first look through the system's fonts: that takes as long as all the rest.
  await document.fonts.load("13px 'Inter Variable'").catch(() => []);
}

const letters = dressed();
const host = await openHost();
locale.source = (language) => host.words(language);
// Asked first, and together with the first questions about the studio: without words there is nothing to show.
const ready = Promise.all([locale.use('system'), letters]);
const studio = new Studio(host);
void studio.start(async () => {
  await ready;
  await frame();
  await frame();
});
await ready;

const target = document.getElementById('app');
if (target) mount(App, { target, props: { studio } });
requestAnimationFrame(() => void host.ready());
