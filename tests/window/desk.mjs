// A desktop of its own for the window: an X server, a session bus and a real keychain, all in one folder, so that a
// run touches nothing of whoever runs it. Not here: the app, and what is expected of it.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, startX } from './webdriver.mjs';

/** Starts it below `folder`. `env` is what programs on this desktop get. */
export async function startDesk(width, height, folder) {
  const running = [];
  const outside = join(folder, 'outside');
  const x = await startX(width, height, folder);
  running.push(x);
  const env = {
    DISPLAY: x.display,
    WAYLAND_DISPLAY: '',
    DIPTYCH_HOME: join(folder, 'home'),
    GSETTINGS_BACKEND: 'memory',
    NO_AT_BRIDGE: '1',
    // A card of whoever runs this is not asked to draw: what is measured and seen is the same everywhere.
    LIBGL_ALWAYS_SOFTWARE: '1',
    XDG_RUNTIME_DIR: join(folder, 'runtime'),
    ...Object.fromEntries(['CONFIG', 'DATA', 'STATE', 'CACHE'].map((kind) => [`XDG_${kind}_HOME`, join(outside, kind)])),
  };
  for (const name of ['XDG_RUNTIME_DIR', 'XDG_DATA_HOME']) mkdirSync(env[name], { recursive: true, mode: 0o700 });

  const bus = start('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3'], env, ['ignore', 'pipe', 'pipe', 'pipe']);
  running.unshift(bus);
  env.DBUS_SESSION_BUS_ADDRESS = await new Promise((resolve, reject) => {
    bus.child.stdio[3].once('data', (data) => resolve(String(data).trim()));
    bus.child.once('error', reject);
    bus.child.once('exit', () => reject(new Error(`the session bus did not start: ${bus.output}`)));
  });

  const keychain = start('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], env, ['pipe', 'pipe', 'pipe']);
  running.unshift(keychain);
  keychain.child.stdin.end('not a secret');
  const stop = async () => {
    for (const program of running) await program.stop();
  };
  for (let tries = 0; !hasOwner('org.freedesktop.secrets', env); tries += 1) {
    if (tries > 50) {
      await stop();
      throw new Error(`the keychain did not start: ${keychain.output}`);
    }
    await sleep(100);
  }
  return { env, outside, screen: x.file, stop };
}

/** Does anybody answer under this name on the session bus? */
function hasOwner(name, env) {
  const ask = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', `string:${name}`];
  const answer = spawnSync('dbus-send', ask, { env: { ...process.env, ...env }, encoding: 'utf8' });
  return /boolean true/.test(answer.stdout ?? '');
}
