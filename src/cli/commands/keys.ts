import type { ApiKeyView } from '@latchkey/sdk';
import { Option, type Command } from 'commander';
import { Failure, UsageError } from '../terminal/failure.js';
import type { Context } from './context.js';
import { keyColumns, shownKey } from './key-cells.js';
import { addKeyMaking } from './key-making.js';
import { showList } from './lists.js';
import { projectId } from './projects.js';
import { example, running } from './running.js';
import { id } from './values.js';

/** `latchkey keys`. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys');
  keys
    .command('list')
    .description('list the keys that you may see')
    .option('--project <id or slug>', 'only those of this project')
    .option('--owner <id>', 'only those of this member', id)
    .addOption(
      new Option('--status <status>', 'only those in this state').choices([
        'active',
        'disabled',
        'expired',
        'revoked',
      ]),
    )
    .addHelpText('after', example('latchkey keys list --status active'))
    .action(running(list));
  keys
    .command('show')
    .argument('<id>', 'the id of the key', id)
    .description('show a key')
    .addHelpText('after', example('latchkey keys show 0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'))
    .action(
      running(async (context, _: object, keyId: string) => {
        const key = await (await context.latchkey()).apiKeys.get(keyId);
        context.output.record(key, shownKey(key));
      }),
    );
  addKeyMaking(keys);
  keys
    .command('revoke')
    .argument('<id>', 'the id of the key', id)
    .description('refuse a key from its next call on, for ever')
    .option('--yes', 'do not ask')
    .addHelpText('after', example('latchkey keys revoke 0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'))
    .action(running(revoke));
}

interface ListOptions {
  readonly project?: string;
  readonly owner?: string;
  readonly status?: ApiKeyView['status'];
}

async function list(context: Context, { project, owner, status }: ListOptions): Promise<void> {
  const latchkey = await context.latchkey();
  const filter = {
    ...(await projectId(latchkey, project)),
    ...(owner !== undefined && { owner_id: owner }),
    ...(status !== undefined && { status }),
  };
  await showList(context, latchkey.apiKeys.all(filter), keyColumns, { noun: 'key' });
}

interface RevokeOptions {
  readonly yes?: true;
}

async function revoke(context: Context, { yes }: RevokeOptions, keyId: string): Promise<void> {
  const { output, prompts } = context;
  if (!yes && !prompts.isInteractive)
    throw new UsageError('There is nobody to ask whether to revoke: say --yes.');
  const { apiKeys } = await context.latchkey();
  const { name, prefix, owner } = await apiKeys.get(keyId);
  const key = `${name} (${prefix}…)${owner ? ` of ${owner.name}` : ''}`;
  if (!yes && !(await prompts.confirm(`Revoke ${key} for ever?`)))
    throw new Failure(`${key} was not revoked.`);
  await apiKeys.revoke(keyId);
  if (output.json) output.document(await apiKeys.get(keyId));
  else output.say(`Revoked ${key}.`);
}
