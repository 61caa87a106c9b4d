import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { canonicalForm } from '../../src/access/audit-chain/chain.js';
import type { EventRecord } from '../../src/access/audit-trail/event-record.js';
import type { Answer, Client } from '../harness/client.js';
import type { World } from '../harness/world.js';

/** An event as the audit log shows it. */
export type SealedEvent = EventRecord & {
  readonly previous_hash: string | null;
  readonly hash: string | null;
};

/** Every event of the log so far, the oldest first. */
export async function readLog(reader: Client): Promise<SealedEvent[]> {
  const events: SealedEvent[] = [];
  let path: string | null = '/audit-events?limit=100';
  while (path !== null) {
    const { status, body, text }: Answer = await reader.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    events.unshift(...body.data.toReversed());
    path = body.has_more ? `/audit-events?limit=100&cursor=${body.next_cursor}` : null;
  }
  return events;
}

/** The log up to this moment, once all of that is sealed. Where nothing seals, the test runs into its time limit. */
export async function sealedLog(reader: Client): Promise<SealedEvent[]> {
  const { body } = await reader.get('/audit-events?limit=1');
  const [last] = body.data;
  while ((await reader.get(`/audit-events/${last.id}`)).body.hash === null);
  return (await readLog(reader)).filter((event) => event.seq <= last.seq);
}

/** Waits until every call so far is in the totals of use. */
export async function allCounted({ server }: World): Promise<void> {
  const [end] = await server.sql<{ seqs: Record<string, number> }>(
    'SELECT json_object_agg(id, seq) AS seqs FROM gate WHERE seq > 0',
  );
  for (;;) {
    const behind = await server.sql(
      `SELECT 1 FROM json_each_text($1) AS log (id, seq)
       LEFT JOIN usage_head ON organization_id = log.id::uuid WHERE coalesce(usage_head.seq, 0) < log.seq::bigint`,
      [JSON.stringify(end?.seqs)],
    );
    if (behind.length === 0) return;
    await setTimeout(50);
  }
}

/** The hash as the documentation has an outsider compute it. */
export function expectedHash({ previous_hash, hash: _hash, ...record }: SealedEvent): string {
  return createHash('sha256')
    .update(Buffer.from(previous_hash ?? '', 'hex'))
    .update(canonicalForm(record))
    .digest('hex');
}

/** The numbers of the events of a log that do not follow from the one before. */
export function unlinked(log: readonly SealedEvent[]): number[] {
  const wrong = log.filter((event, index) => {
    const previous = index === 0 ? '00'.repeat(32) : log[index - 1]?.hash;
    const follows = event.seq === index + 1 && event.previous_hash === previous;
    return !follows || event.hash !== expectedHash(event);
  });
  return wrong.map((event) => event.seq);
}
