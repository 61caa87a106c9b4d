import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ErrorLog, type MetError } from './error-log.js';

const lines: unknown[][] = [];
beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers();
  vi.spyOn(Logger.prototype, 'error').mockImplementation((...line: unknown[]) => {
    lines.push(line);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function met(
  requestId: string,
  message = 'gone',
  what = 'unavailable at GET /v1/users/me',
): MetError {
  return { error: new Error(message), what, requestId };
}

it('an error is told at once, and what meets it again once a second, with how many calls did', () => {
  const log = new ErrorLog();
  for (let call = 0; call <= 1_000; call += 1) log.tell(met(String(call)));
  const what = 'unavailable at GET /v1/users/me';
  expect(lines).toEqual([[{ err: new Error('gone'), request_id: '0' }, what]]);
  vi.advanceTimersByTime(1_000);
  const again = [{ calls: 1_000, reason: 'gone', request_id: '1000' }, `${what}, again`];
  expect(lines.slice(1)).toEqual([again]);
  log.tell(met('1001'));
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(2)).toEqual([
    [{ ...(again[0] as object), calls: 1, request_id: '1001' }, again[1]],
  ]);
});

it('an error that has not come again for a second is told anew', () => {
  const log = new ErrorLog();
  log.tell(met('1'));
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  log.tell(met('2'));
  expect(lines).toHaveLength(2);
});

it('errors of other places and for other reasons are told apart', () => {
  const log = new ErrorLog();
  log.tell(met('1'));
  log.tell(met('2', 'frozen'));
  log.tell(met('3', 'gone', 'unavailable at GET /v1/members'));
  expect(lines).toHaveLength(3);
});

it('reasons without end are told together, place by place', () => {
  const log = new ErrorLog();
  for (let call = 0; call < 1_000; call += 1) log.tell(met(String(call), `after ${call} ms`));
  expect(lines).toHaveLength(101);
});

it('what came again is told before the server stops', () => {
  const log = new ErrorLog();
  log.tell(met('1'));
  log.tell(met('2'));
  log.onApplicationShutdown();
  expect(lines).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});
