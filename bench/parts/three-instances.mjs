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

/** Has every commit wait, in the connections that are made from now on, and checks that it does. */
async function delayCommits(databaseUrl) {
  const name = new URL(databaseUrl).pathname.slice(1);
  await query(databaseUrl, `ALTER DATABASE ${name} SET commit_delay = ${delayMs * 1_000}`);
  await query(databaseUrl, `ALTER DATABASE ${name} SET commit_siblings = 0`);
  const times = await connected(databaseUrl, async (client) => {
    const all = [];
    await client.query('CREATE TABLE committed (n int)');
    for (let n = 0; n < 20; n += 1) {
      const start = performance.now();
      await client.query('INSERT INTO committed VALUES ($1)', [n]);
      all.push(performance.now() - start);
    }
    await client.query('DROP TABLE committed');
    return all;
  });
  if (Math.min(...times) < delayMs)
    throw new Error(`a commit took ${Math.min(...times).toFixed(1)} ms, though it should wait`);
}
