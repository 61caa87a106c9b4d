import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinned } from '../running/pinned.mjs';

const script = join(import.meta.dirname, 'tokens.lua');

/**
 * Loads a server with wrk: one thread, so many connections, each of which sends its next call when the last is answered.
 *
 * @param {object} load
 * @param {string} load.url
 * @param {string} load.tokens a file with a token a line
 * @param {number} load.connections
 * @param {number} load.seconds
 * @param {number | null} load.core
 * @param {number} [load.skip] how many tokens to begin after
 * @param {AbortSignal} [load.signal] ends it early
 * @returns {Promise<{ answered: number, seconds: number, p50_ms: number, p99_ms: number, refused: number, broken: number }>}
 */
export function runLoad({ url, tokens, connections, seconds, core, skip = 0, signal }) {
  const [program, ...args] = pinned(core, [
    'wrk',
    '--threads=1',
    `--connections=${connections}`,
    `--duration=${seconds}`,
    '--timeout=10',
    `--script=${script}`,
    url,
    '--',
    tokens,
    String(skip),
  ]);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    signal?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const [line] = /^\{.*\}$/m.exec(output) ?? [];
      if (line) resolve(JSON.parse(line));
      else reject(new Error(`wrk ended with ${code}:\n${output}`));
    });
  });
}
