import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { query } from '../running/database.mjs';
import { benchFolder } from '../running/tools.mjs';
import { plotRatios } from './plot.mjs';

/** Keeps what a part has measured, with what it was measured on. */
export async function saveResults({ options, postgres }, part, results) {
  const [{ version }] = await query(
    postgres.url,
    `SELECT current_setting('server_version') AS version`,
  );
  const { rounds, seconds, connections, keys, events, logLevel } = options;
  await writeResults(options.results ?? benchFolder, part, {
    measured: {
      at: new Date().toISOString(),
      commit: commit(),
      node: process.version,
      postgresql: version.split(' ')[0],
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
  });
}

/** Writes the results of one part into results.json, beside those of the others, and draws the peers' into results.svg. */
export async function writeResults(folder, part, results) {
  const file = join(folder, 'results.json');
  await mkdir(folder, { recursive: true });
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  kept[part] = results;
  await writeFile(file, `${JSON.stringify(kept, rounded, 2)}\n`);
  if (part === 'peers') await writeFile(join(folder, 'results.svg'), peersPlot(kept.peers));
}

function peersPlot({ measured, targets }) {
  const bars = Object.entries(targets)
    .map(([name, { title, rps_ratio: ratio }]) => ({
      title,
      ratio,
      ours: name.startsWith('latchkey'),
    }))
    .toSorted((one, other) => other.ratio - one.ratio);
  const { processor, node, postgresql, connections, rounds } = measured;
  return plotRatios(
    bars,
    `Medians of ${rounds} rounds; ${connections} connections, ${processor}, Node ${node}, PostgreSQL ${postgresql}`,
  );
}

function commit() {
  return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
}

function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
