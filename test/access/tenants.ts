import { v7 } from 'uuid';
import type { Answer, Client } from '../harness/client.js';
import { World } from '../harness/world.js';
import { Place } from './place.js';

/** One of each thing that belongs to an organization, by what it is. */
export interface Belongings {
  readonly organization: string;
  readonly project: string;
  readonly 'project slug': string;
  readonly member: string;
  readonly 'service account': string;
  readonly role: string;
  readonly key: string;
  readonly event: string;
  readonly client: string;
  readonly session: string;
  readonly invitation: string;
}

/** Two organizations of one installation: ours, whose credentials call, and theirs, which must not notice. */
export class Tenants {
  private constructor(
    readonly world: World,
    readonly ours: Place,
    readonly theirs: Place,
    readonly ourThings: Belongings,
    readonly theirThings: Belongings,
  ) {}

  static async start(): Promise<Tenants> {
    const world = await World.start({ trustedProxies: ['127.0.0.1'] });
    const [ours, theirs] = [await Place.make(world), await Place.make(world)];
    return new Tenants(world, ours, theirs, await furnish(ours), await furnish(theirs));
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Every row that is theirs, save the audit log, as one text. */
  async theirRows(): Promise<string> {
    const tables = [
      'organization',
      'project',
      'member',
      'project_member',
      'role',
      'api_key',
      'oauth_client',
      'session',
      'invitation',
      'identity_connection',
    ];
    const rows = tables.map((table) => {
      const column = table === 'organization' ? 'id' : 'organization_id';
      return `SELECT '${table}', to_jsonb(t)::text AS row FROM ${table} t WHERE ${column} = $1`;
    });
    const all = await this.world.server.sql<{ row: string }>(
      `${rows.join(' UNION ALL ')} ORDER BY 1, 2`,
      [this.theirs.organizationId],
    );
    return all.map(({ row }) => row).join('\n');
  }
}

/** Ids that are well-formed and stand for nothing. */
export function nothing(): Belongings {
  const slug = `x${v7().slice(-12)}`;
  return {
    organization: v7(),
    project: v7(),
    'project slug': slug,
    member: v7(),
    'service account': v7(),
    role: v7(),
    key: v7(),
    event: v7(),
    client: v7(),
    session: v7(),
    invitation: v7(),
  };
}

/** An answer without what differs between two calls of the same kind: its id, its time and the count of calls. */
export function comparable({ status, text, headers }: Answer) {
  const varying = new Set(['x-request-id', 'date', 'ratelimit']);
  const requestId = headers.get('x-request-id') ?? '';
  return {
    status,
    text: requestId === '' ? text : text.replaceAll(requestId, 'the request id'),
    headers: [...headers].filter(([name]) => !varying.has(name)),
  };
}

/** Lists a page as far as it goes. */
export function list(client: Client, path: string): Promise<Answer> {
  return client.get(`${path}${path.includes('?') ? '&' : '?'}limit=100`);
}

async function furnish(place: Place): Promise<Belongings> {
  const { body: project } = await place.owner.get(`/projects/${place.projects.A}`);
  const slug = `s${v7().slice(-12)}`;
  await place.owner.patch(`/projects/${project.id}`, { slug });
  const events = await place.owner.get('/audit-events?limit=1');
  const bot = await place.bot('member', 'viewer');
  const invited = { email: `${v7()}@example.com`, role: 'member' };
  const invitation = await place.created('/invitations', invited);
  const me = await (await place.human('member')).client.get('/users/me');
  return {
    organization: place.organizationId,
    project: project.id,
    'project slug': slug,
    member: (await place.world.human('member', place.organizationId)).id,
    'service account': bot,
    role: await place.role('project', { uptime: 'read' }),
    key: (await place.key(bot, { project_id: project.id })).id,
    event: events.body.data[0].id,
    client: (await place.world.created(`/service-accounts/${bot}/clients`, {}, place.owner))
      .client_id,
    session: me.body.credential.id,
    invitation: invitation.id,
  };
}
