#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addAudit } from './commands/audit.js';
import { addExplain } from './commands/explain.js';
import { addKeys } from './commands/keys.js';
import { addLogin } from './commands/login.js';
import { addMembers } from './commands/members.js';
import { addOrganizations } from './commands/organizations.js';
import { addProducts } from './commands/products.js';
import { addProjects } from './commands/projects.js';
import { addRoles } from './commands/roles.js';
import { example } from './commands/running.js';
import { version } from './login/agent.js';
import { exitCodeOf, failureLines } from './terminal/refusal.js';

/** Commander's own refusals are of wrong usage. */
const wrongUsage = 2;

// Whoever reads has had enough, as `head` does.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

try {
  await latchkey().parseAsync();
} catch (error) {
  process.exitCode = told(error);
}

/** The command with all of its commands. */
function latchkey(): Command {
  const program = new Command('latchkey')
    .description('Organizations, API keys and the audit log of a Latchkey server.')
    .version(version)
    .option('--url <address>', 'the server; else LATCHKEY_URL, that of the login, this machine')
    .option('--json', 'write the API’s own objects, for programs')
    .option('--allow-http', 'let credentials go unencrypted to another machine')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText(
      'after',
      `\nCalls are made with LATCHKEY_TOKEN, an API key, or else with the login.\n${example(
        'latchkey login --url https://auth.example.com',
        'latchkey keys list',
        'latchkey audit tail --outcome denied',
      )}`,
    );
  for (const add of [
    addLogin,
    addOrganizations,
    addProjects,
    addMembers,
    addRoles,
    addProducts,
    addKeys,
    addAudit,
    addExplain,
  ])
    add(program);
  return program;
}

/** Says what has stopped the command, unless commander has; gives the exit code. */
function told(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
  for (const line of failureLines(error)) console.error(line);
  return exitCodeOf(error);
}
