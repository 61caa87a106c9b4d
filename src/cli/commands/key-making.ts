import type { ApiKeyWithSecret } from '@latchkey/sdk';
import { Option, type Command } from 'commander';
import { Failure } from '../terminal/failure.js';
import type { Context } from './context.js';
import { shownKey } from './key-cells.js';
import { projectId } from './projects.js';
import { example, running } from './running.js';
import { duration, id, moment, scopes, texts, type Access } from './values.js';

const secretGoesOut = `
The secret alone goes to standard output, everything else to standard error. It is shown this once.
`;

/** `latchkey keys create` and `rotate`: what gives secrets. */
export function addKeyMaking(keys: Command): void {
  keys
    .command('create')
    .argument('<name>', 'what the key is for')
    .description('make a key, and print its secret')
    .option('--project <id or slug>', 'let it reach this project only')
    .option('--products <product:access,…>', 'let it do no more than this', scopes)
    .option('--owner <id>', 'the member it acts for, if not you', id)
    .option('--expires <moment>', 'when it ends: RFC 3339, or from now such as 30d', moment)
    .option('--not-before <moment>', 'when it begins: RFC 3339, or from now such as 12h', moment)
    .option('--allow-ip <address or network>', 'where it may be used from; may be repeated', texts)
    .addOption(
      new Option('--scope <scope>', 'what it reaches').choices([
        'organization',
        'project',
        'platform',
      ]),
    )
    .addHelpText(
      'after',
      secretGoesOut +
        example(
          'latchkey keys create CI --project website --products uptime:read --expires 90d',
          'KEY=$(latchkey keys create CI)',
        ),
    )
    .action(running(create));
  keys
    .command('rotate')
    .argument('<id>', 'the id of the key', id)
    .description('give a key another secret, and print it')
    .option('--overlap <duration>', 'how long the old secret is still good, such as 1h', duration)
    .addHelpText(
      'after',
      secretGoesOut +
        example('latchkey keys rotate 0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47 --overlap 1h'),
    )
    .action(running(rotate));
}

interface CreateOptions {
  readonly project?: string;
  readonly products?: Record<string, Access>;
  readonly owner?: string;
  readonly expires?: string;
  readonly notBefore?: string;
  readonly allowIp?: string[];
  readonly scope?: 'organization' | 'project' | 'platform';
}

async function create(context: Context, options: CreateOptions, name: string): Promise<void> {
  const latchkey = await context.latchkey();
  const { products, owner, expires, notBefore, allowIp, scope, project } = options;
  const key = await latchkey.apiKeys.create({
    name,
    ...(await projectId(latchkey, project)),
    ...(scope && { scope }),
    ...(products && { product_scopes: products }),
    ...(owner !== undefined && { owner_id: owner }),
    ...(expires !== undefined && { expires_at: expires }),
    ...(notBefore !== undefined && { not_before: notBefore }),
    ...(allowIp && { allowed_ips: allowIp }),
  });
  tellSecret(context, key);
}

interface RotateOptions {
  readonly overlap?: number;
}

async function rotate(context: Context, { overlap }: RotateOptions, keyId: string): Promise<void> {
  const { apiKeys } = await context.latchkey();
  const more = overlap !== undefined && { overlap_seconds: overlap };
  tellSecret(context, await apiKeys.rotate(keyId, { ...more }));
}

function tellSecret({ output }: Context, key: ApiKeyWithSecret): void {
  if (key.secret === null)
    throw new Failure(`The secret of ${key.id} got lost on its way: rotate the key, or revoke it.`);
  if (output.json) output.document(key);
  else {
    output.noteRecord(shownKey(key));
    output.raw(`${key.secret}\n`);
  }
  output.note('This secret is shown once: keep it now. Nobody can read it later.');
}
