import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { benchFolder } from '../running/tools.mjs';

/**
 * Checks that everything works that is measured, without measuring.
 *
 * @param {string[]} args for vitest, like `--reporter=json`
 * @returns {number} the exit code
 */
export function runShort(args) {
  const config = join(import.meta.dirname, 'vitest.config.mjs');
  const { status } = spawnSync('npx', ['--no', 'vitest', 'run', `--config=${config}`, ...args], {
    cwd: join(benchFolder, '..'),
    stdio: 'inherit',
  });
  return status ?? 1;
}
