import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { scopedKey, type Recipe } from './actors.js';
import { Caller } from './answers.js';
import { readGrid, snapshotRoutes } from './grid.js';
import type { AccessMap, Place } from './place.js';

/*
 * What a key reaches whose product scopes hold one product, and what its owner, the organization's owner, does not
 * lend it. Columns: org a key of the organization, prj one of project A; with none, read or write (read_write) access
 * to the product that the line names. Where it says none for more, no such key can be made for a project: it would
 * exceed project admin.
 */
const grid = readGrid(`
                                                   product      org.none org.read org.write | prj.none prj.read prj.write

  GET    /v1/organizations                         organization 403      200      200       | 403      unmade   unmade
  GET    /v1/organizations/{id}                    organization 403      200      200       | 403      unmade   unmade
  PATCH  /v1/organizations/{id}                    organization 403      403      200       | 403      unmade   unmade
  DELETE /v1/organizations/{id}                    organization 403      403      204       | 403      unmade   unmade
  GET    /v1/organizations/{id}/single-sign-on     organization 403      200      200       | 403      unmade   unmade
  # Whoever names the provider can sign in as any owner.
  PUT    /v1/organizations/{id}/single-sign-on     organization 403      403      403       | 403      unmade   unmade
  DELETE /v1/organizations/{id}/single-sign-on     organization 403      403      204       | 403      unmade   unmade

  GET    /v1/projects                              projects     403      200      200       | 403      200      200
  POST   /v1/projects                              projects     403      403      201       | 403      403      403
  GET    /v1/projects/{id} (A)                     projects     403      200      200       | 403      200      200
  GET    /v1/projects/{id} (B)                     projects     403      200      200       | 403      403      403
  PATCH  /v1/projects/{id} (A)                     projects     403      403      200       | 403      403      200
  DELETE /v1/projects/{id} (A)                     projects     403      403      204       | 403      403      204

  GET    /v1/projects/{id}/members (A)             members      403      200      200       | 403      200      200
  PUT    /v1/projects/{id}/members/{member_id} (A) members      403      403      200       | 403      403      200
  DELETE /v1/projects/{id}/members/{member_id} (A) members      403      403      204       | 403      403      204
  GET    /v1/members                               members      403      200      200       | 403      200      200
  GET    /v1/members/{id}                          members      403      200      200       | 403      200      200
  PATCH  /v1/members/{id}                          members      403      403      200       | 403      403      403
  DELETE /v1/members/{id}                          members      403      403      204       | 403      403      403
  GET    /v1/service-accounts                      members      403      200      200       | 403      200      200
  POST   /v1/service-accounts                      members      403      403      201       | 403      403      403
  # Nobody grants what they do not hold: an owner's key with members alone makes no owner.
  POST   /v1/service-accounts (as owner)           members      403      403      403       | 403      403      403
  GET    /v1/service-accounts/{id}                 members      403      200      200       | 403      200      200
  PATCH  /v1/service-accounts/{id}                 members      403      403      200       | 403      403      403
  DELETE /v1/service-accounts/{id}                 members      403      403      204       | 403      403      403
  GET    /v1/invitations                           members      403      200      200       | 403      403      403
  POST   /v1/invitations                           members      403      403      201       | 403      403      403
  DELETE /v1/invitations/{id}                      members      403      403      204       | 403      403      403
  GET    /v1/roles                                 members      403      200      200       | 403      200      200
  POST   /v1/roles                                 members      403      403      201       | 403      403      403
  GET    /v1/roles/{id}                            members      403      200      200       | 403      200      200
  PATCH  /v1/roles/{id}                            members      403      403      200       | 403      403      403
  DELETE /v1/roles/{id}                            members      403      403      204       | 403      403      403

  GET    /v1/api-keys                              api_keys     403      200      200       | 403      200      200
  POST   /v1/api-keys                              api_keys     403      403      201       | 403      403      201
  GET    /v1/api-keys/{id}                         api_keys     403      200      200       | 403      200      200
  PATCH  /v1/api-keys/{id}                         api_keys     403      403      200       | 403      403      200
  POST   /v1/api-keys/{id}/rotate                  api_keys     403      403      200       | 403      403      200
  DELETE /v1/api-keys/{id}                         api_keys     403      403      204       | 403      403      204
  # One's own can always be explained, so that what is not seen is not there.
  POST   /v1/decisions/explain                     api_keys     404      200      200       | 404      200      200
  POST   /v1/decisions/explain (own)               api_keys     200      200      200       | 200      200      200

  GET    /v1/service-accounts/{id}/clients         api_keys     403      200      200       | 403      403      403
  POST   /v1/service-accounts/{id}/clients         api_keys     403      403      201       | 403      403      403
  PATCH  /v1/service-accounts/{id}/clients/{client_id} api_keys 403      403      200       | 403      403      403
  POST   /v1/service-accounts/{id}/clients/{client_id}/rotate api_keys 403 403    200       | 403      403      403
  DELETE /v1/service-accounts/{id}/clients/{client_id} api_keys 403      403      204       | 403      403      403
  POST   /oauth/introspect                         api_keys     403      200      200       | 403      200      200
  POST   /oauth/revoke                             api_keys     403      403      200       | 403      403      200

  GET    /v1/audit-events                          audit        403      200      200       | 403      200      unmade
  GET    /v1/audit-events/export                   audit        403      200      200       | 403      200      unmade
  GET    /v1/audit-events/{id}                     audit        403      200      200       | 403      200      unmade

  GET    /v1/authorize (naming A)                  uptime       403      200      200       | 403      200      200
  GET    /v1/authorize (naming A, incidents)       uptime       403      403      403       | 403      403      403
  HEAD   /v1/authorize (naming A)                  uptime       403      200      200       | 403      200      200
  OPTIONS /v1/authorize (naming A)                 uptime       403      200      200       | 403      200      200
  POST   /v1/authorize (naming A)                  uptime       403      403      200       | 403      403      200
  PUT    /v1/authorize (naming A)                  uptime       403      403      200       | 403      403      200
  PATCH  /v1/authorize (naming A)                  uptime       403      403      200       | 403      403      200
  DELETE /v1/authorize (naming A)                  uptime       403      403      200       | 403      403      200
`);

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  caller = await Caller.on(world);
});
afterAll(() => world.close());

describe('keys with one product in their scopes', () => {
  it('has a line for every route that asks for a product', async () => {
    const routes = (await snapshotRoutes()).filter(
      ({ permission }) => !/^(public|signed-in|client$|platform:)/.test(permission),
    );
    const lines = new Set(grid.map(({ route }) => route));
    expect(lines).toEqual(new Set(routes.map(({ route }) => route)));
  });

  it.each(grid.map((row) => [row.label, row] as const))('%s', async (_, row) => {
    const { product = '', ...cells } = row.cells;
    const wanted = Object.entries(cells);
    const made = wanted.filter(([, cell]) => cell !== 'unmade');
    expect(await caller.cells(row, recipes(product, made))).toEqual(Object.fromEntries(made));
  });

  it.each(['organization:read', 'organization:read_write', 'audit:read_write'])(
    'makes no project-scoped key with %s, which exceeds project admin',
    async (scope) => {
      const [product = '', access = ''] = scope.split(':');
      const project = await world.project();
      const { status, body } = await world.owner.post('/api-keys', {
        name: 'Key',
        project_id: project.id,
        product_scopes: { [product]: access },
      });
      expect(status).toBe(403);
      expect(body.error).toMatchObject({
        code: 'insufficient_permissions',
        missing: [{ product, access }],
      });
    },
  );
});

const accesses = { none: 'none', read: 'read', write: 'read_write' } as const;

function recipes(product: string, columns: [string, string][]): Record<string, Recipe> {
  return Object.fromEntries(
    columns.map(([column]) => {
      const [scope, access] = column.split('.') as ['org' | 'prj', keyof typeof accesses];
      const scopes: AccessMap = { [product]: accesses[access] };
      const make = (place: Place) =>
        scopedKey(place, scope === 'org' ? 'organization' : 'project', scopes);
      return [column, make];
    }),
  );
}
