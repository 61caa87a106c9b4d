import { residentMiB } from '../measuring/cpu-time.mjs';
import { warmUp } from '../measuring/target.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { callersOf } from '../seeding/callers.mjs';
import { keysPerOrganization } from '../seeding/installation.mjs';
import { largeInstallation } from '../seeding/shared.mjs';

const hotKeys = 100_000;
const fewKeys = 800;

/** How often each of the keys is called at least, so that what is remembered of all is also used. */
const passes = 3;

/** What a server holds in memory once 100,000 keys are in use, beside the same server with few. */
export const memory = {
  name: 'memory',
  async run(workbench) {
    const installation = await largeInstallation(workbench);
    const last = Math.min(installation.organizations, hotKeys / (keysPerOrganization - 1));
    const many = callersOf(installation, 1, last);
    const server = await workbench.start(latchkey, installation.environment);
    const started = residentMiB(server.pid);
    const target = async (tokens) => ({
      title: 'Latchkey',
      peer: latchkey,
      server,
      tokens: await workbench.tokensFile(tokens),
    });
    const { seconds } = workbench.options;
    await warmUp(workbench, await target(many.slice(0, fewKeys)), seconds);
    const warm = residentMiB(server.pid);
    const all = await target(many);
    let called = 0;
    while (called < passes * many.length) called += await warmUp(workbench, all, seconds, called);
    const hot = residentMiB(server.pid);
    await server.stop();
    return {
      few_keys: fewKeys,
      keys: many.length,
      started_mib: started,
      warm_mib: warm,
      hot_mib: hot,
    };
  },
  print({ few_keys: few, keys, started_mib: started, warm_mib: warm, hot_mib: hot }) {
    const row = (title, value) => [title, value.toFixed(0)];
    printTable(
      ['', 'MiB'],
      [
        row('started', started),
        row(`warm, ${few} keys in use`, warm),
        row(`${keys} keys in use`, hot),
      ],
    );
  },
};
