import { spawn } from 'node:child_process';

/** The numeric user and group that a program runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The whole environment of PostgreSQL's programs. Ours is not handed on: it holds the peppers and keys,
 * and a stray PGDATA, PGOPTIONS or LC_ALL would change what they do. Messages stay in English, as they
 * are read by our code.
 */
export const CHILD_ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

/** How a program ended; `output` is its standard output and error in the order of arrival. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end, without a shell.
 * @param options.account whom it runs as; only root can choose.
 * @param options.descriptor an open file that it gets as file descriptor 3.
 * @throws the operating system's error when it cannot be started at all (`ENOENT`, `EACCES`, …).
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { cwd?: string; account?: Account | undefined; descriptor?: number } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? '/',
      env: CHILD_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe', options.descriptor ?? 'ignore'],
      windowsHide: true,
      ...options.account,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
