import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { query } from '../running/database.mjs';
import { benchFolder } from '../running/tools.mjs';

/** Keeps the results of one part in results.json, beside those of the others. */
export async function saveResults({ options, postgres }, part, results) {
  const file = join(options.results ?? benchFolder, 'results.json');
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  const [{ version }] = await query(
    postgres.url,
    `SELECT current_setting('server_version') AS version`,
  );
  const { rounds, seconds, connections, keys, events, logLevel } = options;
  kept[part] = {
    measured: {
      at: new Date().toISOString(),
      commit: commit(),
      node: process.version,
      postgresql: version,
      processor: cpus()[0].model,
      cores: cpus().length,
      rounds,
      seconds,
      connections,
      keys,
      events,
      log_level: logLevel,
    },
    ...results,
  };
  await writeFile(file, `${JSON.stringify(kept, rounded, 2)}\n`);
}

function commit() {
  return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
}

function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
