import type { TestServer } from '../harness/server.js';

/** Calls with unknown tokens that the operator's log tells of, and in how many events. */
export async function told(
  server: Pick<TestServer, 'sql'>,
  ip?: string,
): Promise<{ calls: number; events: number }> {
  const [row] = await server.sql<{ calls: number; events: number }>(
    `SELECT coalesce(sum(count), 0)::int AS calls, count(*)::int AS events FROM audit_event
     WHERE action = 'unknown_token.used' AND coalesce(request_ip = $1, true)`,
    [ip ?? null],
  );
  if (!row) throw new Error('no sums');
  return row;
}
