// The main job in Chromium, on `diptych serve`: the same interface and engine as the window, over HTTP.
// The browser is the system's: CHROMIUM names it. One worker: the tests share two cores with the engine they test.

export default {
  testDir: '.',
  outputDir: '../../artefacts/e2e/traces',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
    },
  },
};
