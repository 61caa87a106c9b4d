import type { MemberView } from '@latchkey/sdk';
import type { Command } from 'commander';
import type { Column } from '../terminal/table.js';
import { showList } from './lists.js';
import { projectId } from './projects.js';
import { example, running } from './running.js';

const columns: readonly Column<MemberView>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'type', of: ({ type }) => type },
  { title: 'name', of: ({ name }) => name },
  { title: 'e-mail', of: ({ email }) => email },
  { title: 'role', of: ({ role }) => role },
  { title: 'projects', of: ({ projects }) => projects.length },
  { title: 'status', of: ({ status }) => status },
];

interface ListOptions {
  readonly project?: string;
}

/** `latchkey members`. */
export function addMembers(program: Command): void {
  const members = program.command('members').description('people and service accounts');
  members
    .command('list')
    .description('list people and service accounts')
    .option('--project <id or slug>', 'only those with a role in this project')
    .addHelpText('after', example('latchkey members list --project website'))
    .action(
      running(async (context, { project }: ListOptions) => {
        const latchkey = await context.latchkey();
        const filter = await projectId(latchkey, project);
        await showList(context, latchkey.members.all(filter), columns, { noun: 'member' });
      }),
    );
}
