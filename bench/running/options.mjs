import { parseArgs } from 'node:util';

const numbers = {
  rounds: '5',
  seconds: '8',
  connections: '64',
  keys: '1000000',
  events: '5000000',
  'server-core': '0',
  'load-core': '1',
};

/**
 * @typedef {object} Options
 * @property {string[]} parts what to measure; all of it when empty
 * @property {number} rounds
 * @property {number} seconds of each measurement
 * @property {number} connections
 * @property {number} keys in the large database
 * @property {number} events in the full audit log
 * @property {number} serverCore
 * @property {number} loadCore the load's and PostgreSQL's
 * @property {string | undefined} databaseUrl
 * @property {string} logLevel Latchkey's
 * @property {string | undefined} results the folder of results.json and results.svg
 * @property {string | undefined} profile the folder of CPU profiles
 * @property {boolean} verbose
 */

/** @returns {Options} */
export function readOptions(args) {
  const strings = Object.entries(numbers).map(([name, value]) => [
    name,
    { type: 'string', default: value },
  ]);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(strings),
      'database-url': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
      results: { type: 'string' },
      profile: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  for (const name of Object.keys(numbers))
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name} takes a number`);
  return {
    parts: positionals,
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    connections: Number(values.connections),
    keys: Number(values.keys),
    events: Number(values.events),
    serverCore: Number(values['server-core']),
    loadCore: Number(values['load-core']),
    databaseUrl: values['database-url'],
    logLevel: values['log-level'],
    results: values.results,
    profile: values.profile,
    verbose: values.verbose,
  };
}
