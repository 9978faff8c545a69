// Libraries to measure with, made once by `diptych bench library` and kept below target/; a run works on a copy, in which the
// originals, which are never changed, are hard links. Not here: what is measured.

import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';

export class Libraries {
  constructor(cli, kept, folder) {
    this.cli = cli;
    this.kept = kept;
    this.folder = folder;
  }

  /** A home with so many pictures, fresh, with what was derived in earlier runs. */
  copy(pictures, name = `home-${pictures}`) {
    const home = join(this.folder, name);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true, mode: 0o700 });
    linked(this.made(pictures), home);
    return home;
  }

  /** Takes back what the program derived, so that the next run need not wait for it. */
  keep(pictures, home) {
    const cache = join(this.made(pictures), 'cache');
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    linked(join(home, 'cache'), cache);
  }

  made(pictures) {
    const home = join(this.kept, `library-${pictures}`);
    if (existsSync(home)) return home;
    console.error(`making a library of ${pictures} pictures`);
    const making = `${home}.making`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true, mode: 0o700 });
    const env = { ...process.env, DIPTYCH_HOME: making, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
    execFileSync(this.cli, ['bench', 'library', '--pictures', String(pictures)], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync(this.cli, ['settings', 'set', 'welcomed', 'true'], { env, stdio: 'ignore' });
    renameSync(making, home);
    return home;
  }

  /** The originals of a library, as files. */
  originals(pictures) {
    const objects = join(this.made(pictures), 'library/pictures');
    return readdirSync(objects, { recursive: true })
      .filter((name) => name.endsWith('.png'))
      .sort()
      .map((name) => join(objects, name));
  }
}

/** Copies a tree; pictures and what is made of them are links. */
function linked(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const source = join(entry.parentPath ?? entry.path, entry.name);
    const target = join(to, source.slice(from.length + 1));
    if (entry.isDirectory()) mkdirSync(target, { recursive: true, mode: 0o700 });
    else if (/\.(png|jpg|tiles)$/.test(entry.name)) {
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      link(source, target);
    } else if (entry.isFile()) copyFileSync(source, target);
  }
}

function link(source, target) {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target); // Another file system.
  }
}
