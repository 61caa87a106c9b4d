import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { callAll, callEach } from '../measuring/calls.mjs';
import { median, percentile } from '../measuring/statistics.mjs';
import { warmUp } from '../measuring/target.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { callersOf } from '../seeding/callers.mjs';
import { calledOrganizations, largeInstallation, smallInstallation } from '../seeding/shared.mjs';

/** These warm the server up, the organizations after them are called for the first time. */
const warmOrganizations = 50;
const warmUpSeconds = 3;
const unknownTokens = 1_000;

/** What an organization's first call takes, on a server that is warm but has not seen the organization. */
export const firstCall = {
  name: 'first-call',
  async run(workbench) {
    const installations = {
      small: await smallInstallation(workbench),
      large: await largeInstallation(workbench),
    };
    const rounds = [];
    for (let round = 1; round <= workbench.options.rounds; round += 1) {
      const small = await firstCalls(workbench, installations.small);
      const large = await firstCalls(workbench, installations.large);
      rounds.push({
        small_p50_ms: percentile(small, 50),
        small_p99_ms: percentile(small, 99),
        large_p50_ms: percentile(large, 50),
        large_p99_ms: percentile(large, 99),
        ratio: percentile(large, 50) / percentile(small, 50),
      });
    }
    return {
      organizations: calledOrganizations - warmOrganizations,
      ratio: median(rounds.map(({ ratio }) => ratio)),
      rounds,
    };
  },
  print({ ratio, organizations, rounds }) {
    const fields = Object.keys(rounds[0]);
    printTable(
      ['round', ...fields],
      rounds.map((round, n) => [String(n + 1), ...fields.map((field) => round[field].toFixed(2))]),
    );
    console.log(`  p50 of ${organizations} organizations, large to small: ${ratio.toFixed(2)}`);
  },
};

/** Each round has a new server, so that the same organizations are new to it again. */
async function firstCalls(workbench, installation) {
  const server = await workbench.start(latchkey, installation.environment);
  const warm = callersOf(installation, 1, warmOrganizations);
  await warmUp(
    workbench,
    { server, peer: latchkey, tokens: await workbench.tokensFile(warm) },
    warmUpSeconds,
  );
  const url = server.url + latchkey.path;
  const unknown = Array.from({ length: unknownTokens }, () => mintToken('sk'));
  const answers = await callAll(url, unknown, workbench.options.connections);
  if (answers[401] !== unknownTokens) throw new Error(JSON.stringify(answers));
  const tokens = Array.from(
    { length: calledOrganizations - warmOrganizations },
    (_, index) => installation.callersOf(warmOrganizations + index + 1)[0],
  );
  const times = await callEach(url, tokens, 200);
  await server.stop();
  return times;
}
