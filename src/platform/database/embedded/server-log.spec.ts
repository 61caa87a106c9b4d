import { describe, expect, it } from 'vitest';
import { reasonIn } from './server-log.js';

describe('reasonIn', () => {
  it('gives the lines that tell why, without time and process id', () => {
    const output = [
      '2026-11-22 03:07:32.926 UTC [5007] LOG:  starting PostgreSQL 18.4',
      '2026-11-22 03:07:32.930 UTC [5013] FATAL:  data directory has wrong permissions',
      '2026-11-22 03:07:32.931 UTC [5013] HINT:  use u=rwx',
    ].join('\n');
    expect(reasonIn(output)).toBe('FATAL:  data directory has wrong permissions HINT:  use u=rwx');
  });

  it('gives the last line when none tells, and at most 500 characters', () => {
    expect(reasonIn('one\ntwo\n\n')).toBe('two');
    expect(reasonIn(`ERROR: ${'x'.repeat(900)}`)).toHaveLength(500);
    expect(reasonIn('')).toBe('');
  });
});
