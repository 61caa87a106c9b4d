import { ratioOfRounds, runRounds } from '../measuring/rounds.mjs';
import { shuffled } from '../measuring/statistics.mjs';
import { betterAuth } from '../peers/better-auth/index.mjs';
import { empty } from '../peers/empty/index.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { usualSql, usualTypeorm } from '../peers/usual-way/index.mjs';
import { callersOf } from '../seeding/callers.mjs';
import { keysPerOrganization, seedInstallation } from '../seeding/installation.mjs';
import { printMeasurements } from '../reporting/table.mjs';

const organizations = 200;

/** Requests per second, latency, memory and CPU of Latchkey beside its peers. */
export const peers = {
  name: 'peers',
  async run(workbench) {
    const targets = [];
    for (const peer of [empty, usualSql, usualTypeorm, betterAuth])
      targets.push(await prepared(workbench, peer));
    targets.push(...(await latchkeyTargets(workbench)));
    const measured = await runRounds(workbench, targets);
    for (const { server } of targets) await server.stop();
    return { ratios: ratiosOf(measured), targets: measured };
  },
  print({ ratios, targets }) {
    printMeasurements(targets);
    for (const [what, value] of Object.entries(ratios))
      console.log(`  ${what}: ${value.toFixed(2)}`);
  },
};

async function prepared(workbench, peer) {
  const databaseUrl = await workbench.database();
  const { environment, tokens } = await peer.prepare(databaseUrl, {
    keys: organizations * keysPerOrganization,
  });
  return {
    name: peer.name,
    title: peer.title,
    peer,
    databaseUrl,
    server: await workbench.start(peer, environment),
    tokens: await workbench.tokensFile(shuffled(tokens)),
  };
}

/** One server, loaded in two ways. */
async function latchkeyTargets(workbench) {
  const databaseUrl = await workbench.database();
  const installation = await seedInstallation(databaseUrl, organizations);
  const server = await workbench.start(latchkey, installation.environment);
  const target = { peer: latchkey, databaseUrl, server };
  return [
    {
      ...target,
      name: 'latchkey',
      title: `Latchkey, ${organizations} organizations`,
      tokens: await workbench.tokensFile(shuffled(callersOf(installation))),
    },
    {
      ...target,
      name: 'latchkey_hot',
      title: 'Latchkey, one hot organization',
      tokens: await workbench.tokensFile(installation.callersOf(1)),
    },
  ];
}

/** What is promised of Latchkey, as medians of the rounds' ratios. */
function ratiosOf(measured) {
  const { latchkey: spread, latchkey_hot: hot } = measured;
  const times = (peer) => ratioOfRounds(spread, measured[peer]);
  return {
    latchkey_to_empty: spread.rps_ratio,
    latchkey_hot_to_empty: hot.rps_ratio,
    p99_to_empty: spread.p99_ratio,
    p99_hot_to_empty: hot.p99_ratio,
    latchkey_to_usual_sql: times('usual_sql'),
    latchkey_to_usual_typeorm: times('usual_typeorm'),
    latchkey_to_better_auth: times('better-auth'),
  };
}
