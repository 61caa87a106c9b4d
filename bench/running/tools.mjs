import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** The folder of the bench. */
export const benchFolder = join(import.meta.dirname, '..');

/** Installs what the peers need, unless it is there. */
export function installPeers() {
  if (existsSync(join(benchFolder, 'node_modules'))) return;
  console.log('npm ci in bench/, once');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: benchFolder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('npm ci failed in bench/');
}

/** Refuses to measure where the tools are missing that a measurement needs. */
export function requireTools() {
  for (const [tool, source] of [
    ['wrk', 'wrk'],
    ['taskset', 'util-linux'],
  ])
    if (spawnSync(tool, ['--version']).error)
      throw new Error(`${tool} is missing: apt-get install ${source}`);
  if (cpus().length < 2)
    throw new Error('two cores are needed: one for the server, one for the load');
}
