// Renders a component inside a studio on a scripted host.

import { render, type RenderResult } from '@testing-library/svelte';
import type { Component } from 'svelte';
import axe from 'axe-core';
import { Studio } from '@/state/studio.svelte';
import { FakeHost, type Script } from './fake-host';
import Inside from './Inside.svelte';

interface Rendered extends RenderResult<typeof Inside> {
  host: FakeHost;
  studio: Studio;
}

export async function inStudio<Props extends Record<string, unknown>>(
  component: Component<Props>,
  script: Script = {},
  props: Partial<Props> = {},
): Promise<Rendered> {
  const host = new FakeHost(script);
  const studio = new Studio(host);
  await studio.start();
  const view = render(Inside, { props: { studio, component: component as unknown as Component, props } });
  return Object.assign(view, { host, studio });
}

/** Violations that axe sees without layout; contrast is judged in the browser. */
export async function axeViolations(node: Element): Promise<string[]> {
  const report = await axe.run(node, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return report.violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.html).join(' ')}`);
}
