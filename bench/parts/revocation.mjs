import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../measuring/calls.mjs';
import { runLoad } from '../measuring/load.mjs';
import { percentile } from '../measuring/statistics.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { keysPerOrganization } from '../seeding/installation.mjs';
import { idOf } from '../seeding/ids.mjs';
import { calledOrganizations, smallInstallation } from '../seeding/shared.mjs';

const revokes = 100;
const floodMs = 400;

/** How long a revoke takes while the very key is in use on all connections, and that it binds from its answer on. */
export const revocation = {
  name: 'revocation',
  async run(workbench) {
    const installation = await smallInstallation(workbench);
    const server = await workbench.start(latchkey, installation.environment);
    const times = [];
    for (let n = 1; n <= Math.min(revokes, calledOrganizations); n += 1)
      times.push(await revokeUnderFlood(workbench, server, installation, n));
    await server.stop();
    return {
      revokes: times.length,
      p50_ms: percentile(times, 50),
      p99_ms: percentile(times, 99),
      worst_ms: Math.max(...times),
    };
  },
  print({ revokes: count, p50_ms: p50, p99_ms: p99, worst_ms: worst }) {
    printTable(
      [`${count} revokes`, 'p50 ms', 'p99 ms', 'worst ms'],
      [['under flood', p50.toFixed(1), p99.toFixed(1), worst.toFixed(1)]],
    );
  },
};

async function revokeUnderFlood(workbench, server, installation, organization) {
  const { connections, loadCore: core } = workbench.options;
  const [token] = installation.callersOf(organization);
  const keyId = idOf('key', (organization - 1) * keysPerOrganization + 2);
  const url = server.url + latchkey.path;
  const flood = new AbortController();
  const load = runLoad({
    url,
    tokens: await workbench.tokensFile([token]),
    connections,
    seconds: 30,
    core,
    signal: flood.signal,
  });
  await sleep(floodMs);
  const revoke = await call(
    `${server.url}/v1/api-keys/${keyId}`,
    installation.adminOf(organization),
    { method: 'DELETE' },
  );
  const after = await call(url, token);
  flood.abort();
  const { answered } = await load;
  if (revoke.status !== 204)
    throw new Error(`the revoke was answered ${revoke.status} ${revoke.body}`);
  if (after.status !== 401) throw new Error(`the revoked key was answered ${after.status}`);
  if (answered === 0) throw new Error('there was no flood');
  return revoke.ms;
}
