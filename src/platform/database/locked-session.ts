import pg from 'pg';

/** Runs one statement, outside any transaction. */
export type Session = (statement: string) => Promise<void>;

/**
 * Works on a connection of its own that holds an advisory lock of the database, for what cannot be part of a
 * transaction and is to be done by one instance at a time.
 *
 * @param longestMs how long a statement may take
 * @returns whether it was done; false when somebody else holds the lock
 */
export async function withLockedSession(
  databaseUrl: string,
  lock: number,
  longestMs: number,
  work: (session: Session) => Promise<void>,
): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'latchkey',
    connectionTimeoutMillis: longestMs,
    statement_timeout: longestMs,
    query_timeout: longestMs + 2_000,
  });
  // What breaks the connection is told by the statement that is under way, or by the next.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS free',
      [lock],
    );
    if (!rows[0]?.free) return false;
    await work(async (statement) => {
      await client.query(statement);
    });
    return true;
  } finally {
    await client.end();
  }
}
