import { describe, expect, it } from 'vitest';
import { DataDirectoryError, toDataDirectoryError } from './data-directory-error.js';

describe('toDataDirectoryError', () => {
  it('says what to do about an error of the operating system', () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', errno: -28 });
    expect(toDataDirectoryError(full, '/data')).toEqual(
      new DataDirectoryError(
        '/data: the disk is full: free some space and start again (ENOSPC: no space left)',
      ),
    );
  });

  it('leaves our own errors and defects as they are', () => {
    for (const error of [new DataDirectoryError('ours'), new TypeError('a defect'), 'thrown'])
      expect(toDataDirectoryError(error, '/data')).toBe(error);
  });

  it('keeps every message on one line', () => {
    expect(new DataDirectoryError('a\n  b\n').message).toBe('a b');
  });
});
