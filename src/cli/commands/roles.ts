import type { RoleView } from '@latchkey/sdk';
import type { Command } from 'commander';
import type { Column } from '../terminal/table.js';
import { accesses } from './cells.js';
import { showList } from './lists.js';
import { example, running } from './running.js';

const columns: readonly Column<RoleView>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'level', of: ({ level }) => level },
  { title: 'name', of: ({ name }) => name },
  { title: 'built in', of: ({ built_in }) => (built_in ? 'yes' : 'no') },
  { title: 'gives', of: ({ permissions }) => accesses(permissions) },
];

/** `latchkey roles`. */
export function addRoles(program: Command): void {
  const roles = program.command('roles').description('what members may do');
  roles
    .command('list')
    .description('list built-in roles and those of your organization')
    .addHelpText('after', example('latchkey roles list'))
    .action(
      running(async (context) => {
        const { roles: all } = await context.latchkey();
        await showList(context, all.all(), columns, { noun: 'role' });
      }),
    );
}
