import { LatchkeyError, type Me } from '@latchkey/sdk';
import type { Command } from 'commander';
import { isCredential } from '../login/environment.js';
import type { Login } from '../login/login-file.js';
import { credentialOf } from '../login/session.js';
import { Failure, UsageError } from '../terminal/failure.js';
import type { Cell } from '../terminal/table.js';
import { accesses } from './cells.js';
import type { Context } from './context.js';
import { projectChoice } from './projects.js';
import { example, running } from './running.js';

interface LoginOptions {
  readonly email?: string;
  readonly organization?: string;
  readonly key?: true;
}

/** `latchkey login`, `logout` and `whoami`. */
export function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in by e-mail and password, or keep an API key; later commands call with it')
    .option('--email <address>', 'whose session it is; asked for unless it is given')
    .option('--organization <id or slug>', 'where to sign in, if not in your oldest organization')
    .option('--key', 'keep an API key instead')
    .addHelpText(
      'after',
      `\nPassword, code and key are asked for. Where standard input is no terminal, each is a line of it.\n${example(
        'latchkey login --url https://auth.example.com --email ada@example.com',
        'latchkey login --key < key.txt',
      )}`,
    )
    .action(running(login));
  program
    .command('logout')
    .description('end the session here and at the server; an API key is only forgotten')
    .addHelpText('after', example('latchkey logout'))
    .action(running(logout));
  program
    .command('whoami')
    .description('show who you call as, and what you may do')
    .option('--project <id or slug>', 'what you may do in this project')
    .addHelpText('after', example('latchkey whoami --project website'))
    .action(running(whoAmI));
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  if (options.key && (options.email ?? options.organization) !== undefined)
    throw new UsageError('--key goes with neither --email nor --organization.');
  const url = await context.url();
  const since = new Date().toISOString();
  const credential = options.key
    ? { type: 'api_key' as const, secret: await askedKey(context) }
    : credentialOf(await signedIn(context, url, options));
  const made: Login = { url, since, credential };
  const me = await context.server(url, context.tokenOf(made)).users.me();
  await context.logins.exclusively(() => context.logins.write(made));
  context.output.record(me, { server: url, ...shown(me) });
  if (context.hasOwnToken)
    context.output.note('LATCHKEY_TOKEN is set: commands call with that, not with this login.');
}

async function askedKey({ prompts }: Context): Promise<string> {
  const secret = (await prompts.hidden('API key: ')).trim();
  if (!isCredential(secret)) throw new Failure('That is no API key.');
  return secret;
}

async function signedIn(context: Context, url: string, { email, organization }: LoginOptions) {
  const { prompts } = context;
  const { logins } = context.server(url);
  const proof = {
    email: (email ?? (await prompts.line('E-mail: '))).trim(),
    password: await prompts.hidden('Password: '),
    ...(organization !== undefined && { organization }),
  };
  try {
    return await logins.login(proof);
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.code !== 'second_factor_required') throw error;
    const code = await prompts.line('Code of your authenticator app, or a recovery code: ');
    return logins.login({ ...proof, code: code.trim() });
  }
}

async function logout(context: Context): Promise<void> {
  const { logins, output } = context;
  const made = await logins.read();
  if (!made) return output.note('You are not logged in.');
  if (made.credential.type === 'session') {
    const latchkey = context.server(made.url, context.tokenOf(made));
    await latchkey.sessions.logout().catch(unlessOver);
  }
  await logins.exclusively(() => logins.remove());
  const key = 'The API key is forgotten here. It is still good: `latchkey keys revoke` ends it.';
  output.note(made.credential.type === 'session' ? 'The session is over.' : key);
  if (context.hasOwnToken) output.note('LATCHKEY_TOKEN is set, and commands go on with it.');
}

/** Whoever is refused already has no session to end. */
function unlessOver(error: unknown): void {
  if (!(error instanceof LatchkeyError) || error.status !== 401) throw error;
}

async function whoAmI(context: Context, { project }: { project?: string }): Promise<void> {
  const latchkey = await context.latchkey();
  const chosen = project === undefined ? {} : { project: projectChoice(project) };
  const me = await latchkey.users.me(chosen);
  context.output.record(me, { server: await context.url(), ...shown(me) });
}

function shown(me: Me): Record<string, Cell> {
  const { type, scope, id } = me.credential;
  return {
    name: me.name,
    type: me.type,
    'e-mail': me.email,
    organization: me.organization && `${me.organization.name} (${me.organization.slug})`,
    role: me.role,
    credential: `${type} ${id}, of the ${scope}`,
    access: accesses(me.permissions),
  };
}
