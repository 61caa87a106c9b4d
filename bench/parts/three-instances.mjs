import { connected } from '../running/database.mjs';
import { machineTicks } from '../measuring/cpu-time.mjs';
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
 * for. Nothing is bound to a core; each instance has connections of its own: few, so that commits are what is waited
 * for, and many, so that in the end it is the processors.
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
    const { connections, rounds, seconds } = workbench.options;
    const admitted = async (some, each) => {
      await settled({ peer: latchkey, databaseUrl });
      return admittedBy(some, tokens, each, seconds);
    };
    await admitted(servers, connections);
    const loads = [];
    for (const each of [Math.ceil(connections / 8), Math.ceil(connections / 4), connections]) {
      const measured = [];
      for (let round = 1; round <= rounds; round += 1) {
        const one = await admitted(servers.slice(0, 1), each);
        const three = await admitted(servers, each);
        measured.push({ ratio: three.rps / one.rps, one, three });
      }
      const ratio = median(measured.map((round) => round.ratio));
      loads.push({ connections: each, ratio, rounds: measured });
    }
    for (const server of servers) await server.stop();
    return { delay_ms: delayMs, loads };
  },
  print({ loads }) {
    const rows = loads.flatMap(({ connections, rounds }) =>
      rounds.map(({ ratio, one, three }) => [
        String(connections),
        one.rps.toFixed(0),
        percent(one.busy),
        three.rps.toFixed(0),
        percent(three.busy),
        ratio.toFixed(2),
      ]),
    );
    printTable(['connections each', 'one/s', 'cores', 'three/s', 'cores', 'ratio'], rows);
    for (const { connections, ratio } of loads)
      console.log(
        `  ${connections} connections each: three admit ${ratio.toFixed(2)} times as many`,
      );
  },
};

/** Calls a second that some instances admit together, and how busy all cores of the machine were. */
async function admittedBy(servers, tokens, connections, seconds) {
  const before = machineTicks();
  const loads = await Promise.all(
    servers.map(async (server) => {
      const url = server.url + latchkey.path;
      const result = await runLoad({ url, tokens, connections, seconds, core: null });
      if (result.refused + result.broken > 0)
        throw new Error(`${JSON.stringify(result)} at ${url}`);
      return result.answered / result.seconds;
    }),
  );
  const after = machineTicks();
  return {
    rps: loads.reduce((sum, rps) => sum + rps, 0),
    busy: (after.busy - before.busy) / (after.all - before.all),
  };
}

function percent(share) {
  return `${(share * 100).toFixed(0)} %`;
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
