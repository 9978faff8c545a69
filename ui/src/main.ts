import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { openHost } from './host';
import { Studio } from './state/studio.svelte';

const host = await openHost();
const studio = new Studio(host);
void studio.start();

const target = document.getElementById('app');
if (target) mount(App, { target, props: { studio } });
requestAnimationFrame(() => void host.ready());
