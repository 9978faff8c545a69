import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { alert, CALM, NO_WEATHER, STORM, WEEK } from '../../test/fake-weather';
import { axeViolations, inStudio } from '../../test/render';
import AlertBanner from '@/app/AlertBanner.svelte';
import WeatherView from './WeatherView.svelte';

const user = userEvent.setup();

describe('the weather view', () => {
  it('teaches in one sentence before the first call', async () => {
    const { studio } = await inStudio(WeatherView, { weather: NO_WEATHER });
    await user.click(await screen.findByRole('button', { name: 'Compose a sheet' }));
    expect(studio.nav.view).toBe('compose');
  });

  it.each([
    ['calm', CALM],
    ['a storm', STORM],
    ['a week', WEEK],
  ])('is well formed in %s', async (_, weather) => {
    const { container } = await inStudio(WeatherView, { weather });
    await screen.findByRole('heading', { name: 'Weather' });
    expect(await axeViolations(container)).toEqual([]);
  });

  it('says the chart in words', async () => {
    await inStudio(WeatherView, { weather: STORM });
    const chart = await screen.findByRole('img', { name: /^Nano Banana Pro · studio-b: the last six hours/ });
    expect(chart.querySelector('desc')).toHaveTextContent(/refused for quota, \d+ refused in overload/);
  });

  it('says each cell of the heat map with its count', async () => {
    const { container } = await inStudio(WeatherView, { weather: WEEK });
    await screen.findByRole('table', { name: /Share of overloaded calls/ });
    expect(container.querySelectorAll('tbody td .visually-hidden')).toHaveLength(7 * 24);
    expect(screen.getByText(/^Monday 14:00–15:00: \d+\s% of \d+ calls overloaded/)).toBeInTheDocument();
    expect(screen.getByText(/^Monday 03:00–04:00: too few calls to say/)).toBeInTheDocument();
  });

  it('pauses a route and resumes a paused one', async () => {
    const { host } = await inStudio(WeatherView, { weather: STORM });
    await user.click(await screen.findByRole('button', { name: 'Pause Nano Banana Pro · studio-b' }));
    await user.click(screen.getByRole('button', { name: 'Resume Nano Banana Pro · practice' }));
    expect(host.sent('routes.pause')).toEqual([{ account: 'studio-b', model: 'gemini-3-pro-image' }]);
    expect(host.sent('routes.resume')).toEqual([{ account: 'practice', model: 'gemini-3-pro-image' }]);
  });

  it('says who else draws on a quota, and where that is mended', async () => {
    const { studio } = await inStudio(WeatherView, { weather: STORM });
    expect(
      await screen.findByText(/^Another application takes about 4 a minute from project studio-b/),
    ).toBeVisible();
    expect(screen.getByText(/^studio-b and studio-c seem to be one project/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Open accounts' }));
    expect(studio.nav.view).toBe('settings');
  });

  it('shows the half-price tier of a model by itself, with its own calls', async () => {
    const { container } = await inStudio(WeatherView, { weather: STORM });
    await screen.findByRole('heading', { name: 'Weather' });
    const flex = container.querySelector<HTMLElement>('[data-tier="flex"]');
    expect(flex).toHaveTextContent('half price');
    expect(flex).toHaveTextContent(/^.*Overloaded since/s);
    expect(flex).not.toHaveTextContent('Today');
    const chart = within(flex as HTMLElement).getByRole('img', { name: /half price: the last six hours/ });
    expect(chart.querySelector('desc')).toHaveTextContent(/refused in overload/);
  });

  it('marks an alert as seen', async () => {
    const { host } = await inStudio(WeatherView, { weather: STORM });
    const section = await screen.findByRole('region', { name: /^Alerts/ });
    await user.click(within(section).getByRole('button', { name: 'Mark as seen' }));
    expect(host.sent('alerts.seen')).toEqual([{ id: 'al-1' }]);
    expect(within(section).queryByRole('button', { name: 'Mark as seen' })).toBeNull();
  });
});

describe('the banner', () => {
  const alerts = [
    alert(),
    alert({ id: 'al-9', kind: 'budget' }),
    alert({ id: 'al-8', seen: true }),
    alert({ id: 'al-7', resolved_ms: 5 }),
  ];

  it('shows what is open and not seen, once', async () => {
    const { host } = await inStudio(AlertBanner, { weather: { ...CALM, alerts } });
    expect(screen.getByRole('status')).toHaveTextContent(/and 1 more/);
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(host.sent('alerts.seen')).toEqual([{ id: 'al-1' }, { id: 'al-9' }]);
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
  });

  it('reads again when one is raised', async () => {
    const { host } = await inStudio(AlertBanner, { weather: { ...CALM, alerts: [] } });
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
    host.script.weather = { ...CALM, alerts };
    host.emit({ type: 'alert', id: 'al-1' });
    expect(await screen.findByText(/and 1 more/)).toBeInTheDocument();
  });

  it('keeps quiet where the weather itself is shown', async () => {
    const { studio } = await inStudio(AlertBanner, { weather: { ...CALM, alerts } });
    studio.nav.go('weather');
    await Promise.resolve();
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
  });
});
