import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../harness/client.js';
import { comparable, list, nothing, Tenants } from './tenants.js';

/** A call that names a project, `{id}` by its id or `{slug}` by its slug. */
interface Naming {
  readonly call: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

/** Every way to name one. */
const namings: Naming[] = [
  { call: 'GET /projects/{id}' },
  { call: 'PATCH /projects/{id}', body: { name: 'Mine' } },
  { call: 'DELETE /projects/{id}' },
  { call: 'GET /projects/{id}/members' },
  { call: 'PUT /projects/{id}/members/[member]', body: { role: 'viewer' } },
  { call: 'DELETE /projects/{id}/members/[member]' },
  { call: 'GET /api-keys?project_id={id}' },
  { call: 'GET /audit-events?project_id={id}' },
  { call: 'POST /api-keys', body: { name: 'Key', project_id: '{id}' } },
  { call: 'GET /projects', headers: { 'x-project-id': '{id}' } },
  { call: 'GET /members', headers: { 'x-project-slug': '{slug}' } },
  { call: 'GET /users/me', headers: { 'x-project-id': '{id}' } },
  { call: 'GET /users/me', headers: { 'x-project-slug': '{slug}' } },
  { call: 'GET /authorize?product=uptime', headers: { 'x-project-id': '{id}' } },
  { call: 'GET /authorize?product=uptime', headers: { 'x-project-slug': '{slug}' } },
  { call: 'POST /authorize?product=uptime', headers: { 'x-project-id': '{id}' } },
];

let tenants: Tenants;
/** Keys scoped to our project A: the owner's, and a viewer's. */
let keys: Client[];
/** A project other than A: ours, another organization's, and none at all. */
let others: Record<string, { id: string; slug: string }>;

beforeAll(async () => {
  tenants = await Tenants.start();
  const { ours, theirThings } = tenants;
  const { body: B } = await ours.owner.get(`/projects/${ours.projects.B}`);
  const none = nothing();
  others = {
    ours: { id: B.id, slug: B.slug },
    theirs: { id: theirThings.project, slug: theirThings['project slug'] },
    "nobody's": { id: none.project, slug: none['project slug'] },
  };
  const owners = [ours.ownerId, await ours.bot('member', 'viewer')];
  const made = owners.map((owner) => ours.key(owner, { project_id: ours.projects.A }));
  keys = (await Promise.all(made)).map(({ secret }) => tenants.world.client(secret));
});
afterAll(() => tenants.close());

describe.each(namings.map((naming) => [titleOf(naming), naming] as const))(
  '%s with a project-scoped key',
  (_, naming) => {
    it('403 insufficient_permissions in the same bytes for any other project, existing or not', async () => {
      for (const key of keys) {
        const answers = Object.values(others).map((project) => ask(key, naming, project));
        const [first, ...rest] = (await Promise.all(answers)).map(comparable);
        expect(first?.status).toBe(403);
        expect(first?.text).toContain('"insufficient_permissions"');
        for (const answer of rest) expect(answer).toEqual(first);
      }
    });
  },
);

describe.each(['/projects', '/members', '/service-accounts', '/api-keys', '/audit-events'])(
  'GET /v1%s with a project-scoped key',
  (path) => {
    it('holds nothing of another project of its own organization', async () => {
      const { ours } = tenants;
      const [key] = keys;
      const elsewhere = await ours.bot('member', 'viewer', 'B');
      const foreign = [
        ours.projects.B,
        elsewhere,
        (await ours.key(elsewhere, { project_id: ours.projects.B })).id,
        (await ours.key(ours.ownerId)).id,
      ];
      await ours.owner.patch(`/projects/${ours.projects.B}`, { name: 'Renamed' });
      const answer = key && (await list(key, path));
      expect(answer?.status).toBe(200);
      expect(answer?.body.data.length).toBeGreaterThan(0);
      expect(foreign.filter((id) => answer?.text.includes(id))).toEqual([]);
    });
  },
);

function titleOf({ call, headers, body }: Naming): string {
  const more = [headers, body].filter(Boolean).map((part) => JSON.stringify(part));
  return [call, ...more].join(' ');
}

function ask(key: Client, naming: Naming, { id, slug }: { id: string; slug: string }) {
  const member = tenants.ourThings['service account'];
  const filled: Naming = JSON.parse(
    JSON.stringify(naming).replace('{id}', id).replace('{slug}', slug).replace('[member]', member),
  );
  const [method = '', path = ''] = filled.call.split(' ');
  return key.with(filled.headers ?? {}).call(method, path, filled.body);
}
