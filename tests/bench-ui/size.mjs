// P11: what the release takes. The package is looked at where `./studio package` has made it.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const MB = 1e6;

export function size({ root, app, cli, table }) {
  table.add('P11', 'window, stripped', statSync(app).size / MB, { target: 15, unit: 'MB' });
  table.add('P11', 'command line, stripped', statSync(cli).size / MB, { unit: 'MB' });
  const packages = join(app, '../bundle/deb');
  const deb = existsSync(packages) && readdirSync(packages).find((name) => name.endsWith('.deb'));
  if (deb) table.add('P11', 'deb with both', statSync(join(packages, deb)).size / MB, { target: 14, unit: 'MB' });
  else table.unmeasured('P11', 'deb with both', 'there is none; make it with ./studio package');
  const dist = join(root, 'ui/dist');
  const files = readdirSync(dist, { recursive: true }).filter((name) => /\.(html|js|css)$/.test(name));
  const gzip = (name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length / 1000;
  const sum = (names) => names.reduce((all, name) => all + gzip(name), 0);
  table.add('P11', 'interface, gzip', sum(files), { target: 150, unit: 'kB', note: `${files.length} files; fonts apart, and the words, which the engine has` });
}
