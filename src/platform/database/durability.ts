import type { DataSource } from 'typeorm';
import { StartError } from '../start-error.js';

/**
 * Parameters of every connection: a commit is answered once it is on the disk, whatever the database or its account is
 * set to, and on the synchronous standbys, where there are any.
 */
export const durableCommits = '-c synchronous_commit=on';

/**
 * Checks that what the database commits outlives a crash.
 *
 * @throws StartError
 */
export async function checkDurability(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<{ standby: boolean; fsync: string; commits: string }[]>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commits`,
  );
  if (row?.standby !== false)
    throw new StartError('The database is a standby, which takes no changes: name its primary.');
  if (row.fsync !== 'on')
    throw new StartError(
      'The database runs with fsync=off, so what it has committed can be lost: turn fsync on.',
    );
  if (row.commits === 'off')
    throw new StartError(
      'DATABASE_URL turns synchronous_commit off: take that out of its options.',
    );
}
