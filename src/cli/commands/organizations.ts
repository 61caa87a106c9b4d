import type { Latchkey, OrganizationView } from '@latchkey/sdk';
import type { Command } from 'commander';
import { credentialOf, isSession } from '../login/session.js';
import { Failure } from '../terminal/failure.js';
import type { Column } from '../terminal/table.js';
import type { Context } from './context.js';
import { showList } from './lists.js';
import { example, running } from './running.js';
import { isId } from './values.js';

const columns: readonly Column<OrganizationView>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'slug', of: ({ slug }) => slug },
  { title: 'name', of: ({ name }) => name },
  { title: 'status', of: ({ status }) => status },
  { title: 'calls a minute', of: ({ rate_limit_per_minute: limit }) => limit },
];

/** `latchkey orgs`. */
export function addOrganizations(program: Command): void {
  const organizations = program
    .command('orgs')
    .alias('organizations')
    .description('the organizations that you belong to');
  organizations
    .command('list')
    .description('list the organizations that you belong to')
    .addHelpText('after', example('latchkey orgs list'))
    .action(
      running(async (context) => {
        const { organizations: all } = await context.latchkey();
        await showList(context, all.all(), columns, { noun: 'organization' });
      }),
    );
  organizations
    .command('switch')
    .argument('<id or slug>', 'the organization to go to')
    .description('go on in another organization: ends the session here and opens one there')
    .addHelpText('after', example('latchkey orgs switch acme'))
    .action(running((context, _: object, named: string) => switchTo(context, named)));
}

async function switchTo(context: Context, named: string): Promise<void> {
  const login = await context.logins.read();
  if (context.hasOwnToken || !login || !isSession(login))
    throw new Failure('Only a session can switch: log in by e-mail and password.');
  const latchkey = await context.latchkey();
  const organization_id = await organizationId(latchkey, named);
  const tokens = await latchkey.sessions.switch({ organization_id });
  const switched = { ...login, since: new Date().toISOString(), credential: credentialOf(tokens) };
  await context.logins.exclusively(() => context.logins.write(switched));
  const me = await (await context.latchkey()).users.me();
  context.output.record(me, { organization: me.organization?.name, role: me.role });
}

async function organizationId(latchkey: Latchkey, named: string): Promise<string> {
  if (isId(named)) return named;
  for await (const { id, slug } of latchkey.organizations.all()) if (slug === named) return id;
  throw new Failure(`You belong to no organization ${named}: see \`latchkey orgs list\`.`);
}
