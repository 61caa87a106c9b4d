import { StartError } from '../../start-error.js';

/**
 * A foreseeable reason why the embedded database cannot run: `message` is one line which says what is
 * wrong and what to do, fit to be printed as it stands. It never holds a password.
 */
export class DataDirectoryError extends StartError {
  override name = 'DataDirectoryError';

  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options);
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES:
    'no permission: give it to the user that runs Latchkey, or set DATA_DIR to another folder',
  EPERM: 'no permission: give it to the user that runs Latchkey, or set DATA_DIR to another folder',
  EROFS: 'the file system is read-only: set DATA_DIR to a folder that can be written',
  ENOENT: 'it cannot be made: the folder above it is missing or read-only',
  ENOSPC: 'the disk is full: free some space and start again',
  EDQUOT: 'the disk quota is used up: free some space and start again',
  ENOTDIR: 'it is a file, or lies below one: set DATA_DIR to a folder',
  EEXIST: 'it is a file: set DATA_DIR to a folder',
  EBUSY: 'it is a mount point or in use: mount the volume on DATA_DIR itself',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  ENFILE: 'too many open files: raise the limit of the system',
  EAGAIN: 'too many processes: raise the limit (ulimit -u)',
};

/**
 * Turns an error of the operating system into a {@link DataDirectoryError} that begins with `subject`
 * (usually a path). Errors of any other kind are defects: they come back as they are.
 */
export function toDataDirectoryError(error: unknown, subject: string): unknown {
  if (error instanceof DataDirectoryError || !isSystemError(error)) return error;
  const advice = ADVICE[error.code] ?? 'the operating system refuses';
  return new DataDirectoryError(`${subject}: ${advice} (${error.message})`, { cause: error });
}

/** Whether `error` comes from the operating system; with `codes`, whether it is one of those. */
export function isSystemError(
  error: unknown,
  ...codes: string[]
): error is NodeJS.ErrnoException & { code: string } {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return false;
  return codes.length === 0 ? 'errno' in error : codes.includes(error.code);
}
