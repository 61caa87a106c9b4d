import { Agent } from 'node:http';
import { call } from '../measuring/calls.mjs';
import { median, percentile } from '../measuring/statistics.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { printTable } from '../reporting/table.mjs';
import { query as sql } from '../running/database.mjs';
import { auditQueries } from '../seeding/audit-filters.mjs';
import { calledOrganizations, eventfulInstallation } from '../seeding/shared.mjs';

/** How long an organization's audit log takes to answer over HTTP, filter by filter, one query at a time. */
export const auditQueriesPart = {
  name: 'audit-queries',
  async run(workbench) {
    const installation = await eventfulInstallation(workbench);
    // What was made is written first, so that no query's own commit waits for that.
    await sql(installation.databaseUrl, 'CHECKPOINT');
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
        { median_ms: median(all), p99_ms: percentile(all, 99), worst_ms: Math.max(...all) },
      ]),
    );
    const all = Object.values(times).flat();
    return {
      organizations: calledOrganizations,
      queries,
      p99_ms: percentile(all, 99),
      worst_ms: Math.max(...all),
    };
  },
  print({ queries, organizations, p99_ms: p99, worst_ms: worst }) {
    const rows = Object.entries(queries).map(([what, times]) => [
      what,
      ...[times.median_ms, times.p99_ms, times.worst_ms].map((ms) => ms.toFixed(1)),
    ]);
    printTable([`of ${organizations} organizations`, 'median ms', 'p99 ms', 'worst ms'], rows);
    console.log(`  99 of 100: ${p99.toFixed(1)} ms, the worst of all: ${worst.toFixed(1)} ms`);
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
