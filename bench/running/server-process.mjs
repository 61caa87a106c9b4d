import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pinned } from './pinned.mjs';

const startDeadlineMs = 30_000;
const stopDeadlineMs = 15_000;

/**
 * Starts a server as a process of its own and waits until it says on standard output that it listens. What it logs to
 * standard error is thrown away, as is the rest of its output.
 *
 * @param {object} server
 * @param {string} server.program the script
 * @param {Record<string, string>} server.environment all of it, besides PATH
 * @param {number | null} server.core
 * @param {string[]} [server.nodeOptions]
 * @param {boolean} [server.verbose] whether standard error is shown
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startServer({
  program,
  environment,
  core,
  nodeOptions = [],
  verbose = false,
}) {
  const [command, ...args] = pinned(core, [process.execPath, ...nodeOptions, program]);
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', verbose ? 'inherit' : 'ignore'],
  });
  endWithUs(child, 'SIGTERM');
  const stop = () => endProcess(child, 'SIGTERM');
  try {
    return { url: await listening(child, program), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends a process and waits for its end; one that takes no notice is killed. */
export async function endProcess(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await ended;
  clearTimeout(timer);
}

/** Has a process end when this one ends without having stopped it, as after an error that nobody caught. */
export function endWithUs(child, signal) {
  const end = () => child.kill(signal);
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

function listening(child, program) {
  return new Promise((resolve, reject) => {
    const fail = (why) =>
      reject(new Error(`${program} ${why}; --verbose shows what it writes to standard error`));
    const timer = setTimeout(() => fail('does not listen'), startDeadlineMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const [, url] = /listening on (\S+)\n/.exec(output) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners('data').resume();
      resolve(url);
    });
  });
}
