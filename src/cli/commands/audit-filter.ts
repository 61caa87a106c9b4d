import type { AuditEventView, AuditListData, Latchkey } from '@latchkey/sdk';
import { Option, type Command } from 'commander';
import type { Column } from '../terminal/table.js';
import { projectId } from './projects.js';
import { id, pastMoment } from './values.js';

/** The options that narrow the audit log. */
export interface FilterOptions {
  readonly action?: string;
  readonly outcome?: 'allowed' | 'denied';
  readonly actor?: string;
  readonly key?: string;
  readonly project?: string;
  readonly product?: string;
  readonly ip?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What the audit log is narrowed to. */
export type Filter = Omit<NonNullable<AuditListData['query']>, 'limit' | 'cursor'>;

/** Gives a command the options that narrow the log by what happened. */
export function narrowed(command: Command): Command {
  return command
    .option('--action <noun.past>', 'what happened, such as api_key.revoked')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['allowed', 'denied']))
    .option('--actor <id>', 'who did it: a member or a platform key', id)
    .option('--key <id>', 'what it was done with: a key, a session or a client', id)
    .option('--project <id or slug>', 'the project that it was about')
    .option('--product <slug>', 'the product that access was asked to')
    .option('--ip <address>', 'where it came from');
}

/** Gives a command the options that narrow the log by time as well. */
export function narrowedInTime(command: Command): Command {
  return narrowed(command)
    .option('--from <moment>', 'the earliest moment: RFC 3339, or ago such as 12h', pastMoment)
    .option('--to <moment>', 'the moment before which it was', pastMoment);
}

/** What the options narrow the log to. */
export async function filterOf(latchkey: Latchkey, options: FilterOptions): Promise<Filter> {
  const { action, outcome, actor, key, project, product, ip, from, to } = options;
  return {
    ...(await projectId(latchkey, project)),
    ...(action !== undefined && { action }),
    ...(outcome && { outcome }),
    ...(actor !== undefined && { actor_id: actor }),
    ...(key !== undefined && { key_id: key }),
    ...(product !== undefined && { product }),
    ...(ip !== undefined && { ip }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** A list of events. */
export const eventColumns: readonly Column<AuditEventView>[] = [
  { title: 'time', of: (event) => event.occurred_at },
  { title: 'seq', of: (event) => event.seq },
  { title: 'action', of: (event) => event.action },
  { title: 'outcome', of: outcomeOf },
  { title: 'asked for', of: ({ product, access }) => product && `${product}:${access}` },
  { title: 'actor', of: ({ actor }) => actor.name },
  { title: 'credential', of: credentialOf },
  { title: 'target', of: ({ target }) => target && `${target.type} ${target.id}` },
  { title: 'from', of: ({ request }) => request?.ip },
];

function outcomeOf({ outcome, code, count }: AuditEventView): string {
  const why = code === null ? '' : ` ${code}`;
  return `${outcome}${why}${count === undefined ? '' : ` ×${count}`}`;
}

function credentialOf({ credential }: AuditEventView): string | null {
  if (!credential) return null;
  return credential.prefix === null ? credential.type : `${credential.prefix}…`;
}
