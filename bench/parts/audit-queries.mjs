import { Agent } from 'node:http';
import { call } from '../measuring/calls.mjs';
import { median } from '../measuring/statistics.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { auditQueries } from '../seeding/audit-filters.mjs';
import { calledOrganizations, eventfulInstallation } from '../seeding/shared.mjs';

/** How long an organization's audit log takes to answer over HTTP, filter by filter, one query at a time. */
export const auditQueriesPart = {
  name: 'audit-queries',
  async run(workbench) {
    const installation = await eventfulInstallation(workbench);
    const server = await workbench.start(latchkey, installation.environment);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const times = {};
    await askAll(server, agent, installation, 1);
    for (let organization = 1; organization <= calledOrganizations; organization += 1) {
      const answers = await askAll(server, agent, installation, organization);
      for (const [what, ms] of Object.entries(answers)) (times[what] ??= []).push(ms);
    }
    agent.destroy();
    await server.stop();
    const queries = Object.fromEntries(
      Object.entries(times).map(([what, all]) => [
        what,
        { median_ms: median(all), worst_ms: Math.max(...all) },
      ]),
    );
    return {
      organizations: calledOrganizations,
      queries,
      worst_ms: Math.max(...Object.values(times).flat()),
    };
  },
  print({ queries, organizations, worst_ms: worst }) {
    const rows = Object.entries(queries).map(([what, { median_ms: middle, worst_ms: most }]) => [
      what,
      middle.toFixed(1),
      most.toFixed(1),
    ]);
    printTable([`of ${organizations} organizations`, 'median ms', 'worst ms'], rows);
    console.log(`  the worst of all: ${worst.toFixed(1)} ms`);
  },
};

async function askAll(server, agent, installation, organization) {
  const times = {};
  for (const [what, query] of Object.entries(auditQueries(organization)))
    times[what] = (await ask(server, agent, installation.adminOf(organization), query)).ms;
  const { next_cursor: cursor } = JSON.parse(
    (await ask(server, agent, installation.adminOf(organization), 'limit=100')).body,
  );
  times['the second page'] = (
    await ask(server, agent, installation.adminOf(organization), `limit=100&cursor=${cursor}`)
  ).ms;
  return times;
}

async function ask(server, agent, token, query) {
  const answer = await call(`${server.url}/v1/audit-events?${query}`, token, { agent });
  if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.body}`);
  return answer;
}
