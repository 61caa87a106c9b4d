import { runRounds } from '../measuring/rounds.mjs';
import { shuffled } from '../measuring/statistics.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printMeasurements } from '../reporting/table.mjs';
import { callersOf } from '../seeding/callers.mjs';
import {
  calledOrganizations,
  eventfulInstallation,
  largeInstallation,
  smallInstallation,
} from '../seeding/shared.mjs';

/** Whether a call costs the same however many keys and events there are. The same organizations are called in each. */
export const scale = {
  name: 'scale',
  async run(workbench) {
    const { keys, events } = workbench.options;
    const installations = [
      ['small', '1,000 keys, no events', await smallInstallation(workbench)],
      ['keys', `${amount(keys)} keys`, await largeInstallation(workbench)],
      ['events', `${amount(events)} events`, await eventfulInstallation(workbench)],
    ];
    const targets = [];
    for (const installation of installations)
      targets.push(await target(workbench, ...installation));
    const measured = await runRounds(workbench, targets);
    for (const { server } of targets) await server.stop();
    return { targets: measured };
  },
  print({ targets }) {
    printMeasurements(targets);
  },
};

async function target(workbench, name, title, installation) {
  return {
    name,
    title,
    peer: latchkey,
    databaseUrl: installation.databaseUrl,
    server: await workbench.start(latchkey, installation.environment),
    tokens: await workbench.tokensFile(shuffled(callersOf(installation, 1, calledOrganizations))),
  };
}

function amount(number) {
  return number.toLocaleString('en');
}
