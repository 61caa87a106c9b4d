import { residentMiB } from '../measuring/cpu-time.mjs';
import { measure, warmUp } from '../measuring/target.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { callersOf } from '../seeding/callers.mjs';
import { keysPerOrganization } from '../seeding/installation.mjs';
import { largeInstallation } from '../seeding/shared.mjs';

const hotKeys = 100_000;
const warmUpSeconds = 10;

/** What a server holds in memory once 100,000 keys are in use, beside the same server with few. */
export const memory = {
  name: 'memory',
  async run(workbench) {
    const installation = await largeInstallation(workbench);
    const { databaseUrl, environment, organizations } = installation;
    const server = await workbench.start(latchkey, environment);
    const started = residentMiB(server.pid);
    const target = { title: 'Latchkey', peer: latchkey, databaseUrl, server };
    const few = callersOf(installation, 1, 200);
    const last = Math.min(organizations, hotKeys / (keysPerOrganization - 1));
    const many = callersOf(installation, 1, last);
    await warmUp(workbench, { ...target, tokens: await workbench.tokensFile(few) }, warmUpSeconds);
    const warm = residentMiB(server.pid);
    const tokens = await workbench.tokensFile(many);
    let called = 0;
    let result;
    while (called < 2 * many.length) {
      result = await measure(workbench, { ...target, tokens });
      called += result.rps * workbench.options.seconds;
    }
    await server.stop();
    return {
      keys: many.length,
      started_mib: started,
      warm_mib: warm,
      hot_mib: result.rss_mib,
      hot_rps: result.rps,
    };
  },
  print({ keys, started_mib: started, warm_mib: warm, hot_mib: hot }) {
    const row = (title, value) => [title, value.toFixed(0)];
    printTable(
      ['', 'MiB'],
      [row('started', started), row('warm, 800 keys', warm), row(`${keys} keys in use`, hot)],
    );
  },
};
