import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { query } from '../running/database.mjs';
import { unsealedEvents } from '../peers/latchkey/index.mjs';
import { endedChildrenCpuSeconds, cpuSeconds, familyCpuSeconds, residentMiB } from './cpu-time.mjs';
import { runLoad } from './load.mjs';

const longestSealingSeconds = 120;

/**
 * A server that is loaded in one way.
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {string} title
 * @property {{ path: string, recorded: string | null, name: string }} peer
 * @property {{ url: string, pid: number }} server
 * @property {string} tokens a file
 * @property {string | null} databaseUrl
 */

/**
 * Loads a target for some seconds and says what it did and what it cost.
 *
 * @param {import('../running/workbench.mjs').Workbench} workbench
 * @param {Target} target
 * @throws when a call was refused, or the database does not know of the calls that were answered
 */
export async function measure({ options, postgres }, target, seconds = options.seconds) {
  const { server, peer, tokens } = target;
  await settled(target);
  const recorded = await recordedCalls(target);
  const before = cpuTimes(server, postgres);
  const load = await runLoad({
    url: server.url + peer.path,
    tokens,
    connections: options.connections,
    seconds,
    core: options.loadCore,
  });
  const after = cpuTimes(server, postgres);
  const rssMiB = residentMiB(server.pid);
  if (load.refused + load.broken > 0) throw await refusal(target, load);
  const sealing = await settled(target);
  if (recorded !== null)
    checkRecorded(target, load.answered, (await recordedCalls(target)) - recorded, options);
  const microseconds = (side) => ((after[side] - before[side]) / load.answered) * 1e6;
  return {
    rps: load.answered / load.seconds,
    p50_ms: load.p50_ms,
    p99_ms: load.p99_ms,
    rss_mib: rssMiB,
    server_us: microseconds('server'),
    postgres_us: microseconds('postgres'),
    load_us: microseconds('load'),
    server_busy: (after.server - before.server) / load.seconds,
    load_core_busy: (after.postgres - before.postgres + after.load - before.load) / load.seconds,
    unsealed_seconds: sealing,
  };
}

/**
 * Loads a target without measuring, so that what is compiled and remembered on the way is there.
 *
 * @param {number} [skip] how many tokens to begin after
 * @returns {Promise<number>} how many calls were answered
 * @throws when one was refused
 */
export async function warmUp({ options }, target, seconds, skip = 0) {
  const { connections, loadCore: core } = options;
  const { server, peer, tokens } = target;
  const url = server.url + peer.path;
  const load = await runLoad({ url, tokens, connections, seconds, core, skip });
  if (load.refused + load.broken > 0) throw await refusal(target, load);
  return load.answered;
}

/**
 * Waits until a Latchkey has sealed all events, so that it does not do so while others are measured.
 *
 * @returns {Promise<number>} after how many seconds
 */
export async function settled({ peer, databaseUrl }, patience = longestSealingSeconds) {
  if (peer.name !== 'latchkey') return 0;
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1_000;
  while (elapsed() < patience) {
    const [{ events }] = await query(databaseUrl, unsealedEvents);
    if (events === 0) return elapsed();
    await sleep(100);
  }
  throw new Error(`events are not sealed after ${patience} s`);
}

function cpuTimes(server, postgres) {
  return {
    server: cpuSeconds(server.pid),
    postgres: postgres.pid === null ? Number.NaN : familyCpuSeconds(postgres.pid),
    load: endedChildrenCpuSeconds(),
  };
}

/** A peer that is held up, by a checkpoint for example, records nothing for so long though calls are under way. */
const quietMs = 500;

/** How many calls the database knows of, once those are through that were under way when their load ended. */
export async function recordedCalls({ peer, databaseUrl }) {
  if (peer.recorded === null) return null;
  let last = -1;
  for (;;) {
    const [{ calls }] = await query(databaseUrl, peer.recorded);
    if (calls === last) return calls;
    last = calls;
    await sleep(quietMs);
  }
}

/** Calls that were under way when the load ended may be recorded without having been answered. */
function checkRecorded({ title }, answered, recorded, { connections }) {
  if (recorded < answered || recorded > answered + connections)
    throw new Error(`${title}: ${answered} calls were answered, but ${recorded} are recorded`);
}

async function refusal({ title, server, peer, tokens }, { answered, refused, broken }) {
  const some = (await readFile(tokens, 'utf8')).split('\n').slice(0, 5);
  const answers = await Promise.all(
    some.map(async (token) => {
      const response = await fetch(server.url + peer.path, {
        headers: { authorization: `Bearer ${token}` },
      });
      return `${response.status} ${await response.text()}`;
    }),
  );
  return new Error(
    `${title}: of ${answered} calls ${refused} were refused and ${broken} broken; now it answers\n${answers.join('\n')}`,
  );
}
