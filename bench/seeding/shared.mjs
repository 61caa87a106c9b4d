import { latchkey } from '../peers/latchkey/index.mjs';
import { settled } from '../measuring/target.mjs';
import { seedEvents } from './events.mjs';
import { keysPerOrganization, seedInstallation } from './installation.mjs';

/** How many organizations there are where it does not matter: as many as are called. */
export const calledOrganizations = 200;

const sealingPatienceSeconds = 1_800;
const made = new WeakMap();

/** Its own installation with few keys and no events. */
export async function smallInstallation(workbench) {
  return seedInstallation(await workbench.database(), calledOrganizations);
}

/** The installation with very many keys. It takes long to make, so those who need one share it. */
export function largeInstallation(workbench) {
  return shared(workbench, 'large', async () => {
    const { keys } = workbench.options;
    console.log(`  making ${keys} keys`);
    return seedInstallation(await workbench.database(), Math.ceil(keys / keysPerOrganization));
  });
}

/** The installation with very many events, all of them sealed. Those who need one share it. */
export function eventfulInstallation(workbench) {
  return shared(workbench, 'eventful', async () => {
    const { events } = workbench.options;
    console.log(`  making ${events} events`);
    const installation = await smallInstallation(workbench);
    await seedEvents(installation, events);
    const server = await workbench.start(latchkey, installation.environment, null);
    const seconds = await settled(
      { peer: latchkey, databaseUrl: installation.databaseUrl },
      sealingPatienceSeconds,
    );
    await server.stop();
    console.log(`  sealed: ${(events / seconds).toFixed(0)} events a second`);
    return installation;
  });
}

function shared(workbench, name, make) {
  const installations = made.get(workbench) ?? new Map();
  made.set(workbench, installations);
  if (!installations.has(name)) installations.set(name, make());
  return installations.get(name);
}
