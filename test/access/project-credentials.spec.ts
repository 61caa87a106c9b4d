import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { projectActors } from './actors.js';
import { Caller } from './answers.js';
import { readGrid, snapshotRoutes } from './grid.js';

/*
 * Who reaches what with a role in project A and none in project B, by the contract's words on roles.
 *
 * Columns: .k a key that is scoped to project A, .h a session that selects it by header, .s a session that names no
 * project; of a member whose project role is adm(in), edi(tor), vie(wer) or cus(tom: members and, in vain,
 * organization read_write; projects, api_keys, audit and uptime read); own.k, the organization owner's key scoped to A.
 * In brackets: the project that the call is about, or whose the target is.
 */
const grid = readGrid(`
                                         own.k adm.k edi.k vie.k cus.k | adm.h edi.h vie.h cus.h | adm.s edi.s vie.s cus.s

  GET    /health/live                    200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /health/ready                   200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /.well-known/jwks.json          200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /.well-known/oauth-authorization-server 200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /oauth/token                    401   401   401   401   401   | 401   401   401   401   | 401   401   401   401
  POST   /oauth/introspect               200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /oauth/revoke                   200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/auth/login                  200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/auth/logout                 400   400   400   400   400   | 204   204   204   204   | 204   204   204   204
  POST   /v1/auth/refresh                200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/auth/switch                 400   400   400   400   400   | 200   200   200   200   | 200   200   200   200
  POST   /v1/auth/register               404   404   404   404   404   | 404   404   404   404   | 404   404   404   404
  POST   /v1/auth/password               400   400   400   400   400   | 204   204   204   204   | 204   204   204   204
  POST   /v1/auth/password/forgot        202   202   202   202   202   | 202   202   202   202   | 202   202   202   202
  POST   /v1/auth/password/reset         204   204   204   204   204   | 204   204   204   204   | 204   204   204   204
  GET    /v1/auth/sessions               400   400   400   400   400   | 200   200   200   200   | 200   200   200   200
  DELETE /v1/auth/sessions/{id} (own)    400   400   400   400   400   | 204   204   204   204   | 204   204   204   204
  GET    /v1/auth/totp                   400   400   400   400   400   | 200   200   200   200   | 200   200   200   200
  POST   /v1/auth/totp                   400   400   400   400   400   | 201   201   201   201   | 201   201   201   201
  POST   /v1/auth/totp/confirm           400   400   400   400   400   | 200   200   200   200   | 200   200   200   200
  POST   /v1/auth/totp/recovery-codes    400   400   400   400   400   | 201   201   201   201   | 201   201   201   201
  POST   /v1/auth/totp/disable           400   400   400   400   400   | 204   204   204   204   | 204   204   204   204
  POST   /v1/auth/totp/reset             403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  GET    /v1/auth/sso                   404   404   404   404   404 | 404   404   404   404 | 404   404   404   404
  GET    /v1/auth/sso/callback          401   401   401   401   401 | 401   401   401   401 | 401   401   401   401
  POST   /v1/auth/sso/token             401   401   401   401   401 | 401   401   401   401 | 401   401   401   401
  GET    /v1/users/me                    200   200   200   200   200   | 200   200   200   200   | 200   200   200   200

  # What concerns the organization as a whole is beyond every project role.
  GET    /v1/organizations               403   403   403   403   403   | 200   200   200   200   | 200   200   200   200
  POST   /v1/organizations               403   403   403   403   403   | 201   201   201   201   | 201   201   201   201
  GET    /v1/organizations/{id}          403   403   403   403   403   | 200   200   200   200   | 200   200   200   200
  PATCH  /v1/organizations/{id}          403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  DELETE /v1/organizations/{id}          403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  GET    /v1/organizations/{id}/single-sign-on 403   403   403   403   403 | 200   200   200   200 | 200   200   200   200
  PUT    /v1/organizations/{id}/single-sign-on 403   403   403   403   403 | 403   403   403   403 | 403   403   403   403
  DELETE /v1/organizations/{id}/single-sign-on 403   403   403   403   403 | 403   403   403   403 | 403   403   403   403
  PUT    /v1/organizations/{id}/single-sign-on/confirmed-domains 403   403   403   403   403 | 403   403   403   403 | 403   403   403   403

  GET    /v1/projects                    200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/projects                    403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  GET    /v1/projects/{id} (A)           200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  PATCH  /v1/projects/{id} (A)           200   200   403   403   403   | 200   403   403   403   | 200   403   403   403
  DELETE /v1/projects/{id} (A)           204   204   403   403   403   | 204   403   403   403   | 204   403   403   403
  # A header that disagrees with the path: 400.
  GET    /v1/projects/{id} (B)           403   403   403   403   403   | 400   400   400   400   | 403   403   403   403
  PATCH  /v1/projects/{id} (B)           403   403   403   403   403   | 400   400   400   400   | 403   403   403   403
  DELETE /v1/projects/{id} (B)           403   403   403   403   403   | 400   400   400   400   | 403   403   403   403

  # The organization's members read is raised, never lowered, by a project role.
  GET    /v1/projects/{id}/members (A)   200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  PUT    /v1/projects/{id}/members/{member_id} (A) 200 200 403 403 200 | 200   403   403   200   | 200   403   403   200
  DELETE /v1/projects/{id}/members/{member_id} (A) 204 204 403 403 204 | 204   403   403   204   | 204   403   403   204
  GET    /v1/projects/{id}/members (B)   403   403   403   403   403   | 400   400   400   400   | 403   403   403   403
  PUT    /v1/projects/{id}/members/{member_id} (B) 403 403 403 403 403 | 400   400   400   400   | 403   403   403   403
  DELETE /v1/projects/{id}/members/{member_id} (B) 403 403 403 403 403 | 400   400   400   400   | 403   403   403   403

  GET    /v1/members                     200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /v1/members/{id} (A)            200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /v1/members/{id} (B)            404   404   404   404   404   | 404   404   404   404   | 200   200   200   200
  PATCH  /v1/members/{id} (A)            403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  DELETE /v1/members/{id} (A)            403   403   403   403   403   | 403   403   403   403   | 403   403   403   403

  GET    /v1/invitations                 403   403   403   403   403   | 200   200   200   200   | 200   200   200   200
  POST   /v1/invitations                 403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  DELETE /v1/invitations/{id}            403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  POST   /v1/invitations/accept          400   400   400   400   400   | 403   403   403   403   | 403   403   403   403
  GET    /v1/service-accounts            200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/service-accounts            403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  GET    /v1/service-accounts/{id} (A)   200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /v1/service-accounts/{id} (B)   404   404   404   404   404   | 404   404   404   404   | 200   200   200   200
  PATCH  /v1/service-accounts/{id} (A)   403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  DELETE /v1/service-accounts/{id} (A)   403   403   403   403   403   | 403   403   403   403   | 403   403   403   403

  GET    /v1/service-accounts/{id}/clients 403 403 403 403 403 | 403 403 403 403 | 403 403 403 403
  POST   /v1/service-accounts/{id}/clients 403 403 403 403 403 | 403 403 403 403 | 403 403 403 403
  PATCH  /v1/service-accounts/{id}/clients/{client_id} 403 403 403 403 403 | 403 403 403 403 | 403 403 403 403
  POST   /v1/service-accounts/{id}/clients/{client_id}/rotate 403 403 403 403 403 | 403 403 403 403 | 403 403 403 403
  DELETE /v1/service-accounts/{id}/clients/{client_id} 403 403 403 403 403 | 403 403 403 403 | 403 403 403 403

  GET    /v1/roles                       200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/roles                       403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  GET    /v1/roles/{id}                  200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  PATCH  /v1/roles/{id}                  403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  DELETE /v1/roles/{id}                  403   403   403   403   403   | 403   403   403   403   | 403   403   403   403

  GET    /v1/products                    200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/products                    403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  PATCH  /v1/products/{slug}             403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  DELETE /v1/products/{slug}             403   403   403   403   403   | 403   403   403   403   | 403   403   403   403

  # Only organization owners and admins create organization-scoped keys; project admins may for their project.
  GET    /v1/api-keys                    200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  POST   /v1/api-keys                    201   201   403   403   403   | 201   403   403   403   | 403   403   403   403
  POST   /v1/api-keys (A)                201   201   403   403   403   | 201   403   403   403   | 201   403   403   403
  POST   /v1/api-keys (B)                403   403   403   403   403   | 400   400   400   400   | 403   403   403   403
  GET    /v1/api-keys/{id} (A)           200   200   404   404   200   | 200   404   404   200   | 200   404   404   200
  GET    /v1/api-keys/{id} (B)           404   404   404   404   404   | 404   404   404   404   | 404   404   404   404
  GET    /v1/api-keys/{id} (organization's) 404 404 404   404   404    | 404   404   404   404   | 404   404   404   404
  GET    /v1/api-keys/{id} (own)         200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  PATCH  /v1/api-keys/{id} (A)           200   200   403   403   403   | 200   403   403   403   | 200   403   403   403
  PATCH  /v1/api-keys/{id} (B)           404   404   403   403   403   | 404   403   403   403   | 404   403   403   403
  POST   /v1/api-keys/{id}/rotate (A)    200   200   403   403   403   | 200   403   403   403   | 200   403   403   403
  POST   /v1/api-keys/{id}/rotate (B)    404   404   403   403   403   | 404   403   403   403   | 404   403   403   403
  DELETE /v1/api-keys/{id} (A)           204   204   404   404   404   | 204   404   404   404   | 204   404   404   404
  DELETE /v1/api-keys/{id} (B)           404   404   404   404   404   | 404   404   404   404   | 404   404   404   404
  DELETE /v1/api-keys/{id} (own)         204   204   204   204   204   | 204   204   204   204   | 204   204   204   204
  DELETE /v1/api-keys/current            204   204   204   204   204   | 400   400   400   400   | 400   400   400   400

  GET    /v1/audit-events                200   200   403   403   200   | 200   403   403   200   | 200   403   403   200
  GET    /v1/audit-events/export         200   200   403   403   200   | 200   403   403   200   | 200   403   403   200
  GET    /v1/audit-events/{id} (A)       200   200   403   403   200   | 200   403   403   200   | 200   403   403   200
  GET    /v1/audit-events/{id} (B)       404   404   403   403   404   | 404   403   403   404   | 404   403   403   404

  # A project-scoped key needs no header, and none that names another project helps it.
  GET    /v1/authorize                   200   200   200   200   200   | 200   200   200   200   | 400   400   400   400
  GET    /v1/authorize (naming A)        200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
  GET    /v1/authorize (naming B)        403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  GET    /v1/authorize (naming A, incidents) 200 200 200   200   403   | 200   200   200   403   | 200   200   200   403
  HEAD   /v1/authorize                   200   200   200   200   200   | 200   200   200   200   | 400   400   400   400
  OPTIONS /v1/authorize                  200   200   200   200   200   | 200   200   200   200   | 400   400   400   400
  POST   /v1/authorize                   200   200   200   403   403   | 200   200   403   403   | 400   400   400   400
  PUT    /v1/authorize                   200   200   200   403   403   | 200   200   403   403   | 400   400   400   400
  PATCH  /v1/authorize                   200   200   200   403   403   | 200   200   403   403   | 400   400   400   400
  DELETE /v1/authorize                   200   200   200   403   403   | 200   200   403   403   | 400   400   400   400

  POST   /v1/keys/verify                 403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  POST   /v1/keys/verify/batch           403   403   403   403   403   | 403   403   403   403   | 403   403   403   403
  POST   /v1/decisions/explain (A)       200   200   404   404   200   | 200   404   404   200   | 200   404   404   200
  POST   /v1/decisions/explain (B)       404   404   404   404   404   | 404   404   404   404   | 404   404   404   404
  POST   /v1/decisions/explain (organization's) 404 404 404   404   404 | 404   404   404   404   | 404   404   404   404
  POST   /v1/decisions/explain (own)     200   200   200   200   200   | 200   200   200   200   | 200   200   200   200
`);

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  caller = await Caller.on(world);
});
afterAll(() => world.close());

describe('credentials of members with a role in one project', () => {
  it('has a line for every route', async () => {
    const routes = (await snapshotRoutes()).map(({ route }) => route);
    expect(new Set(grid.map(({ route }) => route))).toEqual(new Set(routes));
  });

  it.each(grid.map((row) => [row.label, row] as const))('%s', async (_, row) => {
    expect(await caller.cells(row, projectActors)).toEqual(row.cells);
  });
});
