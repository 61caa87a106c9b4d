import { connected, query } from '../running/database.mjs';
import { runLoad } from '../measuring/load.mjs';
import { median, shuffled } from '../measuring/statistics.mjs';
import { settled } from '../measuring/target.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { callersOf } from '../seeding/callers.mjs';
import { smallInstallation } from '../seeding/shared.mjs';

const delayMs = 5;

/**
 * How much more three instances admit than one, where each commit takes 5 ms more, as it does with a standby to wait
 * for. Nothing is bound to a core; each instance has connections of its own.
 */
export const threeInstances = {
  name: 'three-instances',
  async run(workbench) {
    const installation = await smallInstallation(workbench);
    const { databaseUrl, environment } = installation;
    await delayCommits(databaseUrl);
    const servers = [];
    while (servers.length < 3) servers.push(await workbench.start(latchkey, environment, null));
    const tokens = await workbench.tokensFile(shuffled(callersOf(installation)));
    const target = { peer: latchkey, databaseUrl };
    const admitted = async (some, seconds) => {
      await settled(target);
      const loads = await Promise.all(
        some.map((server) => load(workbench, server, tokens, seconds)),
      );
      return loads.reduce((sum, { answered, seconds: took }) => sum + answered / took, 0);
    };
    await admitted(servers, 4);
    const rounds = [];
    for (let round = 1; round <= workbench.options.rounds; round += 1) {
      const one = await admitted(servers.slice(0, 1), workbench.options.seconds);
      const three = await admitted(servers, workbench.options.seconds);
      rounds.push({ one_rps: one, three_rps: three, ratio: three / one });
    }
    for (const server of servers) await server.stop();
    return { delay_ms: delayMs, ratio: median(rounds.map(({ ratio }) => ratio)), rounds };
  },
  print({ ratio, rounds }) {
    printTable(
      ['round', 'one/s', 'three/s', 'ratio'],
      rounds.map((round, n) => [
        String(n + 1),
        round.one_rps.toFixed(0),
        round.three_rps.toFixed(0),
        round.ratio.toFixed(2),
      ]),
    );
    console.log(`  three instances admit ${ratio.toFixed(2)} times what one does`);
  },
};

async function load({ options }, server, tokens, seconds) {
  const { connections } = options;
  const url = server.url + latchkey.path;
  const result = await runLoad({ url, tokens, connections, seconds, core: null });
  if (result.refused + result.broken > 0) throw new Error(`${JSON.stringify(result)} at ${url}`);
  return result;
}

/** Sleeps when a transaction commits, with all its locks held, once however many rows it has changed. */
const sleepAtCommit = `
CREATE FUNCTION sleep_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('bench.slept_in', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    PERFORM set_config('bench.slept_in', pg_current_xact_id()::text, false), pg_sleep(${delayMs / 1_000});
  END IF;
  RETURN NULL;
END $$`;

/** Makes every commit of a change take longer, and checks that it does. */
async function delayCommits(databaseUrl) {
  const times = await connected(databaseUrl, async (client) => {
    await client.query('CREATE TABLE committed (n int)');
    await client.query(sleepAtCommit);
    const { rows } = await client.query(
      `SELECT oid::regclass AS name FROM pg_class
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of rows)
      await client.query(`CREATE CONSTRAINT TRIGGER sleep_at_commit AFTER INSERT OR UPDATE OR DELETE ON ${name}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sleep_at_commit()`);
    const all = [];
    for (let n = 0; n < 20; n += 1) {
      const start = performance.now();
      await client.query('INSERT INTO committed VALUES ($1), ($1)', [n]);
      all.push(performance.now() - start);
    }
    await client.query('DROP TABLE committed');
    return all;
  });
  if (Math.min(...times) < delayMs || Math.min(...times) >= 2 * delayMs)
    throw new Error(`a commit took ${Math.min(...times).toFixed(1)} ms instead of ${delayMs} more`);
}
