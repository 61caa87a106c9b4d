import { connected } from './database.mjs';

const messages = 64;
const messageBytes = 16_000_000;

/**
 * Has a new PostgreSQL fill as much write-ahead log as it keeps (`max_wal_size`, 1 GB), and be done with it. A server makes
 * the segments of 16 MB anew until it has had so much, and uses them again from then on. All that commits waits for a
 * new segment, 20 to 40 ms where a disk is fast: it would be measured how young the server is.
 */
export async function fillWriteAheadLog(url) {
  await connected(url, async (client) => {
    for (let message = 0; message < messages; message += 1)
      await client.query(`SELECT pg_logical_emit_message(false, 'bench', repeat('x', $1))`, [
        messageBytes,
      ]);
    await client.query('CHECKPOINT');
  });
}
