import {
  LatchkeyError,
  type AuditEventView,
  type DecisionCheck,
  type ExplainDecision,
  type Explanation,
  type Latchkey,
  type NeededGrantView,
} from '@latchkey/sdk';
import { Argument, type Command } from 'commander';
import { Failure, UsageError } from '../terminal/failure.js';
import type { Column } from '../terminal/table.js';
import type { Context } from './context.js';
import { projectId } from './projects.js';
import { example, running } from './running.js';
import { id, isId } from './values.js';

interface ExplainOptions {
  readonly credential?: string;
  readonly project?: string;
  readonly ip?: string;
}

type Access = ExplainDecision['access'];

/** `latchkey explain`. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .argument('<product or id>', 'a product, or the id of a refused request or of an audit event')
    .addArgument(
      new Argument('[access]', 'to the product').choices(['read', 'read_write']).default('read'),
    )
    .description(
      'show check by check what a credential is answered, and what would have to be granted',
    )
    .option('--credential <id>', 'a key, a session or a client; your own unless given', id)
    .option('--project <id or slug>', 'in which project')
    .option('--ip <address>', 'from where')
    .addHelpText(
      'after',
      `\nIt is decided as it would be now. A request or an event needs access to the audit log.\n${example(
        'latchkey explain uptime read_write --project website',
        'latchkey explain 0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47',
      )}`,
    )
    .action(running(explain));
}

async function explain(
  context: Context,
  options: ExplainOptions,
  asked: string,
  access: Access,
): Promise<void> {
  const latchkey = await context.latchkey();
  const question = isId(asked)
    ? await questionOf(latchkey, asked, options)
    : await ownQuestion(latchkey, { product: asked, access }, options);
  const explanation = await latchkey.decisions.explain(question);
  if (context.output.json) context.output.document(explanation);
  else show(context, question, explanation);
}

async function ownQuestion(
  latchkey: Latchkey,
  asked: Pick<ExplainDecision, 'product' | 'access'>,
  { credential, project, ip }: ExplainOptions,
): Promise<ExplainDecision> {
  return {
    ...asked,
    credential_id: credential ?? (await latchkey.users.me()).credential.id,
    ...(await projectId(latchkey, project)),
    ...(ip !== undefined && { ip }),
  };
}

/** What a call in the audit log had asked. */
async function questionOf(
  latchkey: Latchkey,
  eventOrRequest: string,
  options: ExplainOptions,
): Promise<ExplainDecision> {
  if (Object.keys(options).length > 0)
    throw new UsageError('The call itself says credential, project and address: leave them out.');
  const { credential, product, access, project_id, request, code } = await find(
    latchkey,
    eventOrRequest,
  );
  if (!credential || product === null || (access as Access | null) === null)
    throw new Failure(`That call asked for no access${code === null ? '' : ` (${code})`}.`);
  return {
    credential_id: credential.id,
    product,
    access,
    ...(project_id !== null && { project_id }),
    ...(request && { ip: request.ip }),
  };
}

async function find(latchkey: Latchkey, eventOrRequest: string): Promise<AuditEventView> {
  const event = await latchkey.audit.get(eventOrRequest).catch(nullWhereNone);
  if (event) return event;
  const requestId = eventOrRequest.toLowerCase();
  if (isTimed(requestId))
    for await (const candidate of latchkey.audit.all(around(requestId)))
      if (candidate.request?.id === requestId) return candidate;
  throw new Failure(
    'You see no event of that id in the audit log, and none of a request of that id.',
  );
}

function nullWhereNone(error: unknown): null {
  if (error instanceof LatchkeyError && error.code === 'not_found') return null;
  throw error;
}

/** Tells whether an id is a UUIDv7, which begins with the time (RFC 9562, section 5.7). */
function isTimed(requestId: string): boolean {
  return requestId[14] === '7';
}

/** When a request was, by its id; its event may be some minutes off, by another clock. */
function around(requestId: string): { from: string; to: string } {
  const at = parseInt(requestId.replace('-', '').slice(0, 12), 16);
  const [from, to] = [at - 300_000, at + 300_000].map((time) => new Date(time).toISOString());
  return { from: from ?? '', to: to ?? '' };
}

const columns: readonly Column<DecisionCheck>[] = [
  { title: 'check', of: ({ name }) => name },
  { title: 'result', of: ({ passed, code }) => (passed ? 'passed' : `FAILED ${code}`) },
  { title: 'why', of: ({ why }) => why },
];

function show(
  { output }: Context,
  { product, access }: ExplainDecision,
  answer: Explanation,
): void {
  const { allowed, code, credential, member, project_id, checks, grant } = answer;
  output.record(answer, {
    question: `${product}:${access}${project_id === null ? '' : ` in project ${project_id}`}`,
    answer: allowed ? 'allowed' : `refused: ${code}`,
    credential: `${credential.name} (${credential.type} ${credential.id})`,
    owner: member && `${member.name} (${member.type} ${member.id})`,
    'access held': answer.access,
  });
  output.say('');
  output.rows(output.table(columns), checks);
  if (!grant) return;
  output.say('');
  output.say('The least that would let it pass, all of it:');
  for (const needed of grant) output.say(`  ${sentence(needed)}`);
}

function sentence({ to, id: grantee, product, access, role, project_id }: NeededGrantView): string {
  if (to === 'credential' || !role) return `scopes of credential ${grantee}: ${product}:${access}`;
  const where = project_id === null ? '' : ` in project ${project_id}`;
  return `member ${grantee}: the ${role.level} role ${role.name}${where}`;
}
