import { sealedLog, type SealedEvent } from '../audit-chain/audit-log.js';
import type { World } from '../harness/world.js';
import type { Desk } from './desk.js';

/** An organization's log of some 60 events, all of them sealed, and its export a line each. */
export interface SealedExport {
  readonly events: SealedEvent[];
  readonly lines: string[];
}

export async function sealedExport(world: World, desk: Desk): Promise<SealedExport> {
  const { client } = await world.key();
  await Promise.all(Array.from({ length: 60 }, () => client.get('/users/me')));
  const events = await sealedLog(world.owner);
  const lines = (await desk.owner(['audit', 'export'])).split('\n').slice(0, events.length);
  return { events, lines };
}
