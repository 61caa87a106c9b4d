import type { Latchkey, ProjectChoice, ProjectView } from '@latchkey/sdk';
import type { Command } from 'commander';
import { Failure } from '../terminal/failure.js';
import type { Column } from '../terminal/table.js';
import { seconds } from './cells.js';
import { showList } from './lists.js';
import { example, running } from './running.js';
import { isId } from './values.js';

const columns: readonly Column<ProjectView>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'slug', of: ({ slug }) => slug },
  { title: 'name', of: ({ name }) => name },
  { title: 'created', of: ({ created_at }) => seconds(created_at) },
];

/** `latchkey projects`. */
export function addProjects(program: Command): void {
  const projects = program.command('projects').description('the parts of your organization');
  projects
    .command('list')
    .description('list the projects that you may see')
    .addHelpText('after', example('latchkey projects list'))
    .action(
      running(async (context) => {
        const { projects: all } = await context.latchkey();
        await showList(context, all.all(), columns, { noun: 'project' });
      }),
    );
}

/** The id of a project that is named by its id or slug; nothing where none is named. */
export async function projectId(
  latchkey: Latchkey,
  named: string | undefined,
): Promise<{ readonly project_id?: string }> {
  if (named === undefined) return {};
  if (isId(named)) return { project_id: named };
  for await (const { id, slug } of latchkey.projects.all())
    if (slug === named) return { project_id: id };
  throw new Failure(
    `You see no project ${named}: \`latchkey projects list\` shows those that you do.`,
  );
}

/** Selects a project that is named by its id or slug. */
export function projectChoice(named: string): ProjectChoice {
  return isId(named) ? { id: named } : { slug: named };
}
