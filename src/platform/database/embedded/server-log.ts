import {
  copyFileSync,
  closeSync,
  openSync,
  readSync,
  fstatSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { isSystemError } from './data-directory-error.js';

/** Above this size the log is moved to `postgres.log.1`: 10 MiB. */
export const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** How much of the end of the log is looked at for the reason of a failure: 16 KiB. */
const TAIL_BYTES = 16 * 1024;

/**
 * Keeps the log below about twice {@link LOG_LIMIT_BYTES}, in two files. The file is copied and emptied, not
 * renamed, since a running PostgreSQL goes on writing to the same open file (a line written in between is lost).
 */
export function boundLog(path: string): void {
  try {
    if (statSync(path).size <= LOG_LIMIT_BYTES) return;
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}

/** The size of the log in bytes: a mark for {@link reasonSince}. */
export function logSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** PostgreSQL's own words, in one line, on why it failed since `mark`; empty when it said nothing. */
export function reasonSince(path: string, mark: number): string {
  return reasonIn(readTail(path, mark));
}

/** The lines of `output` that give a reason for a failure, else its last line, joined and at most 500 characters. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /(FATAL|PANIC|ERROR|HINT|error|could not)/.test(line));
  const chosen = telling.length > 0 ? telling.slice(0, 4) : lines.filter(Boolean).slice(-1);
  return chosen
    .map((line) => line.replace(/^[\d-]+ [\d:.]+ UTC \[\d+\] /, ''))
    .join(' ')
    .slice(0, 500);
}

function readTail(path: string, mark: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(Math.min(mark, size), size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - start);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
  } finally {
    closeSync(descriptor);
  }
}
