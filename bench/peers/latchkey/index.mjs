import { join } from 'node:path';
import { benchFolder } from '../../running/tools.mjs';

/** Latchkey as it is built: every call authenticated, authorized, limited exactly, and recorded before its answer. */
export const latchkey = {
  name: 'latchkey',
  title: 'Latchkey',
  program: join(benchFolder, '../dist/src/main.js'),
  /** As `npm start` has it. */
  nodeOptions: [
    '--max-old-space-size=1024',
    '--min-semi-space-size=8',
    '--max-semi-space-size=8',
    '--v8-pool-size=1',
  ],
  path: '/v1/authorize?product=uptime&access=read',
  refusesBadKeys: true,
  recorded: `SELECT coalesce(sum(count), 0)::int AS calls FROM audit_event WHERE action = 'api_key.used' AND outcome = 'allowed'`,
};

/** How many of the events are not yet sealed into their chains. */
export const unsealedEvents = `
  SELECT coalesce(sum(gate.seq - coalesce(head.seq, 0)), 0)::int AS events
  FROM gate LEFT JOIN chain_head AS head ON head.organization_id = gate.id`;
