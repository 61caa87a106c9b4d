import { readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isSystemError } from './data-directory-error.js';

interface Link {
  /** The library, such as `native/lib/libpq.so.5.18`. */
  readonly source: string;
  /** The link to make beside it, such as `native/lib/libpq.so.5`. */
  readonly target: string;
}

/**
 * Makes the links between libraries that npm packages cannot hold, as the package's install script does
 * unless npm skips it. `folder` is the one with `bin` and `lib`. Links that exist stay as they are.
 * @throws the operating system's error when a missing link cannot be made.
 */
export async function makeLibraryLinks(folder: string): Promise<void> {
  for (const { source, target } of await readLinks(folder)) {
    try {
      await symlink(basename(source), join(folder, relative('native', target)));
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
    }
  }
}

async function readLinks(folder: string): Promise<Link[]> {
  try {
    const list: unknown = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8'));
    return Array.isArray(list) ? list.filter(isLink) : [];
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

function isLink(value: unknown): value is Link {
  return (
    value instanceof Object &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string' &&
    dirname(value.source) === dirname(value.target)
  );
}
