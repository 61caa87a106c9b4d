import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { organizationActors } from './actors.js';
import { Caller } from './answers.js';
import { readGrid, snapshotRoutes } from './grid.js';

/*
 * Who reaches what with a credential of the whole organization, by the contract's words on roles.
 *
 * Columns: .s the session, .k the organization-scoped key of a human, .b the key of a service account; whose role is
 * own(er), adm(in), mem(ber) or cus(tom: members, api_keys and audit read, uptime read_write); plat, a platform key;
 * none, no credential. In brackets: the project that the call is about, or whose the target is.
 */
const grid = readGrid(`
                                                 own.s adm.s mem.s | own.k adm.k mem.k | adm.b mem.b cus.b | plat none

  GET    /health/live                            200   200   200   | 200   200   200   | 200   200   200   | 200  200
  GET    /health/ready                           200   200   200   | 200   200   200   | 200   200   200   | 200  200
  GET    /.well-known/jwks.json                  200   200   200   | 200   200   200   | 200   200   200   | 200  200
  GET    /.well-known/oauth-authorization-server 200   200   200   | 200   200   200   | 200   200   200   | 200  200
  # Only a client gets a token. Everyone may ask about, and revoke, what they own.
  POST   /oauth/token                            401   401   401   | 401   401   401   | 401   401   401   | 401  401
  POST   /oauth/introspect                       200   200   200   | 200   200   200   | 200   200   200   | 200  401
  POST   /oauth/revoke                           200   200   200   | 200   200   200   | 200   200   200   | 200  401
  POST   /v1/auth/login                          200   200   200   | 200   200   200   | 200   200   200   | 200  200
  POST   /v1/auth/logout                         204   204   204   | 400   400   400   | 400   400   400   | 400  401
  # What is a person's own takes a session, not a key.
  POST   /v1/auth/refresh                        200   200   200   | 200   200   200   | 200   200   200   | 200  200
  POST   /v1/auth/switch                         200   200   200   | 400   400   400   | 400   400   400   | 400  401
  # Where sign-up is closed.
  POST   /v1/auth/register                       404   404   404   | 404   404   404   | 404   404   404   | 404  404
  POST   /v1/auth/password                       204   204   204   | 400   400   400   | 400   400   400   | 400  401
  POST   /v1/auth/password/forgot                202   202   202   | 202   202   202   | 202   202   202   | 202  202
  POST   /v1/auth/password/reset                 204   204   204   | 204   204   204   | 204   204   204   | 204  204
  GET    /v1/auth/sessions                       200   200   200   | 400   400   400   | 400   400   400   | 400  401
  DELETE /v1/auth/sessions/{id} (own)            204   204   204   | 400   400   400   | 400   400   400   | 400  401
  GET    /v1/auth/totp                           200   200   200   | 400   400   400   | 400   400   400   | 400  401
  POST   /v1/auth/totp                           201   201   201   | 400   400   400   | 400   400   400   | 400  401
  POST   /v1/auth/totp/confirm                   200   200   200   | 400   400   400   | 400   400   400   | 400  401
  POST   /v1/auth/totp/recovery-codes            201   201   201   | 400   400   400   | 400   400   400   | 400  401
  POST   /v1/auth/totp/disable                   204   204   204   | 400   400   400   | 400   400   400   | 400  401
  # People belong to several organizations, so none of them takes their factor away.
  POST   /v1/auth/totp/reset                     403   403   403   | 403   403   403   | 403   403   403   | 204  401
  # What is named here is made up: there is no such organization, sign-in or code.
  GET    /v1/auth/sso                            404   404   404   | 404   404   404   | 404   404   404   | 404  404
  GET    /v1/auth/sso/callback                   401   401   401   | 401   401   401   | 401   401   401   | 401  401
  POST   /v1/auth/sso/token                      401   401   401   | 401   401   401   | 401   401   401   | 401  401
  GET    /v1/users/me                            200   200   200   | 200   200   200   | 200   200   200   | 200  401

  GET    /v1/organizations                       200   200   200   | 200   200   200   | 200   200   403   | 200  401
  POST   /v1/organizations                       201   201   201   | 403   403   403   | 403   403   403   | 201  401
  GET    /v1/organizations/{id}                  200   200   200   | 200   200   200   | 200   200   403   | 200  401
  PATCH  /v1/organizations/{id}                  200   200   403   | 200   200   403   | 200   403   403   | 200  401
  DELETE /v1/organizations/{id}                  204   403   403   | 204   403   403   | 403   403   403   | 204  401
  # Whoever names the provider can be anybody: an owner. Whose the domains are is for the operator to say.
  GET    /v1/organizations/{id}/single-sign-on   200   200   200   | 200   200   200   | 200   200   403   | 200  401
  PUT    /v1/organizations/{id}/single-sign-on   200   403   403   | 200   403   403   | 403   403   403   | 403  401
  DELETE /v1/organizations/{id}/single-sign-on   204   403   403   | 204   403   403   | 403   403   403   | 204  401
  PUT    /v1/organizations/{id}/single-sign-on/confirmed-domains 403 403 403 | 403 403 403 | 403 403 403 | 200 401

  # A project of one's own organization in which one has no role: 403. The operator belongs to no organization: 404.
  GET    /v1/projects                            200   200   200   | 200   200   200   | 200   200   403   | 403  401
  POST   /v1/projects                            201   201   403   | 201   201   403   | 201   403   403   | 403  401
  GET    /v1/projects/{id} (A)                   200   200   403   | 200   200   403   | 200   403   403   | 404  401
  PATCH  /v1/projects/{id} (A)                   200   200   403   | 200   200   403   | 200   403   403   | 404  401
  DELETE /v1/projects/{id} (A)                   204   204   403   | 204   204   403   | 204   403   403   | 404  401
  GET    /v1/projects/{id}/members (A)           200   200   403   | 200   200   403   | 200   403   200   | 404  401
  PUT    /v1/projects/{id}/members/{member_id} (A) 200 200   403   | 200   200   403   | 200   403   403   | 404  401
  DELETE /v1/projects/{id}/members/{member_id} (A) 204 204   403   | 204   204   403   | 204   403   403   | 404  401

  GET    /v1/members                             200   200   200   | 200   200   200   | 200   200   200   | 403  401
  GET    /v1/members/{id}                        200   200   200   | 200   200   200   | 200   200   200   | 403  401
  PATCH  /v1/members/{id}                        200   200   403   | 200   200   403   | 200   403   403   | 403  401
  DELETE /v1/members/{id}                        204   204   403   | 204   204   403   | 204   403   403   | 403  401
  # Only an owner grants, changes or removes an owner.
  PATCH  /v1/members/{id} (an owner)             200   403   403   | 200   403   403   | 403   403   403   | 403  401
  DELETE /v1/members/{id} (an owner)             204   403   403   | 204   403   403   | 403   403   403   | 403  401
  POST   /v1/service-accounts (as owner)         201   403   403   | 201   403   403   | 403   403   403   | 403  401

  GET    /v1/invitations                         200   200   200   | 200   200   200   | 200   200   200   | 403  401
  POST   /v1/invitations                         201   201   403   | 201   201   403   | 201   403   403   | 403  401
  POST   /v1/invitations (as owner)              201   403   403   | 201   403   403   | 403   403   403   | 403  401
  DELETE /v1/invitations/{id}                    204   204   403   | 204   204   403   | 204   403   403   | 403  401
  # As a new person; whoever is signed in is somebody else.
  POST   /v1/invitations/accept                  403   403   403   | 400   400   400   | 400   400   400   | 400  201

  GET    /v1/service-accounts                    200   200   200   | 200   200   200   | 200   200   200   | 403  401
  POST   /v1/service-accounts                    201   201   403   | 201   201   403   | 201   403   403   | 403  401
  GET    /v1/service-accounts/{id}               200   200   200   | 200   200   200   | 200   200   200   | 403  401
  PATCH  /v1/service-accounts/{id}               200   200   403   | 200   200   403   | 200   403   403   | 403  401
  DELETE /v1/service-accounts/{id}               204   204   403   | 204   204   403   | 204   403   403   | 403  401

  # The operator belongs to no organization, so there is no such service account.
  GET    /v1/service-accounts/{id}/clients       200   200   403   | 200   200   403   | 200   403   200   | 404  401
  POST   /v1/service-accounts/{id}/clients       201   201   403   | 201   201   403   | 201   403   403   | 404  401
  PATCH  /v1/service-accounts/{id}/clients/{client_id} 200 200 403 | 200   200   403   | 200   403   403   | 404  401
  POST   /v1/service-accounts/{id}/clients/{client_id}/rotate 200 200 403 | 200 200 403 | 200  403   403   | 404  401
  DELETE /v1/service-accounts/{id}/clients/{client_id} 204 204 403 | 204   204   403   | 204   403   403   | 404  401

  GET    /v1/roles                               200   200   200   | 200   200   200   | 200   200   200   | 403  401
  POST   /v1/roles                               201   201   403   | 201   201   403   | 201   403   403   | 403  401
  GET    /v1/roles/{id}                          200   200   200   | 200   200   200   | 200   200   200   | 403  401
  PATCH  /v1/roles/{id}                          200   200   403   | 200   200   403   | 200   403   403   | 403  401
  DELETE /v1/roles/{id}                          204   204   403   | 204   204   403   | 204   403   403   | 403  401

  GET    /v1/products                            200   200   200   | 200   200   200   | 200   200   200   | 200  401
  POST   /v1/products                            403   403   403   | 403   403   403   | 403   403   403   | 201  401
  PATCH  /v1/products/{slug}                     403   403   403   | 403   403   403   | 403   403   403   | 200  401
  DELETE /v1/products/{slug}                     403   403   403   | 403   403   403   | 403   403   403   | 204  401

  # Everyone may list and revoke the keys they own; those of others are not there for who may not see them.
  GET    /v1/api-keys                            200   200   200   | 200   200   200   | 200   200   200   | 200  401
  POST   /v1/api-keys                            201   201   403   | 201   201   403   | 201   403   403   | 201  401
  POST   /v1/api-keys (A)                        201   201   403   | 201   201   403   | 201   403   403   | 404  401
  GET    /v1/api-keys/{id}                       200   200   404   | 200   200   404   | 200   404   200   | 404  401
  GET    /v1/api-keys/{id} (own)                 200   200   200   | 200   200   200   | 200   200   200   | 200  401
  PATCH  /v1/api-keys/{id}                       200   200   403   | 200   200   403   | 200   403   403   | 404  401
  PATCH  /v1/api-keys/{id} (own)                 200   200   403   | 200   200   403   | 200   403   403   | 200  401
  POST   /v1/api-keys/{id}/rotate                200   200   403   | 200   200   403   | 200   403   403   | 404  401
  DELETE /v1/api-keys/{id}                       204   204   404   | 204   204   404   | 204   404   404   | 404  401
  DELETE /v1/api-keys/{id} (own)                 204   204   204   | 204   204   204   | 204   204   204   | 204  401
  DELETE /v1/api-keys/current                    400   400   400   | 204   204   204   | 204   204   204   | 204  401

  GET    /v1/audit-events                        200   200   403   | 200   200   403   | 200   403   200   | 200  401
  GET    /v1/audit-events/export                 200   200   403   | 200   200   403   | 200   403   200   | 200  401
  GET    /v1/audit-events/{id}                   200   200   403   | 200   200   403   | 200   403   200   | 404  401

  # Whoever asks for an operator's product names a project.
  GET    /v1/authorize                           400   400   400   | 400   400   400   | 400   400   400   | 400  401
  GET    /v1/authorize (naming A)                200   200   403   | 200   200   403   | 200   403   200   | 404  401
  GET    /v1/authorize (naming A, incidents)     200   200   403   | 200   200   403   | 200   403   403   | 404  401
  HEAD   /v1/authorize (naming A)                200   200   403   | 200   200   403   | 200   403   200   | 404  401
  OPTIONS /v1/authorize (naming A)               200   200   403   | 200   200   403   | 200   403   200   | 404  401
  POST   /v1/authorize (naming A)                200   200   403   | 200   200   403   | 200   403   200   | 404  401
  PUT    /v1/authorize (naming A)                200   200   403   | 200   200   403   | 200   403   200   | 404  401
  PATCH  /v1/authorize (naming A)                200   200   403   | 200   200   403   | 200   403   200   | 404  401
  DELETE /v1/authorize (naming A)                200   200   403   | 200   200   403   | 200   403   200   | 404  401

  POST   /v1/keys/verify                         403   403   403   | 403   403   403   | 403   403   403   | 200  401
  POST   /v1/keys/verify/batch                   403   403   403   | 403   403   403   | 403   403   403   | 200  401

  # Whoever may see a key may have it explained; the operator any.
  POST   /v1/decisions/explain                   200   200   404   | 200   200   404   | 200   404   200   | 200  401
  POST   /v1/decisions/explain (own)             200   200   200   | 200   200   200   | 200   200   200   | 200  401
`);

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  caller = await Caller.on(world);
});
afterAll(() => world.close());

describe('credentials of the whole organization', () => {
  it('has a line for every route', async () => {
    const routes = (await snapshotRoutes()).map(({ route }) => route);
    expect(new Set(grid.map(({ route }) => route))).toEqual(new Set(routes));
  });

  it.each(grid.map((row) => [row.label, row] as const))('%s', async (_, row) => {
    expect(await caller.cells(row, organizationActors)).toEqual(row.cells);
  });
});
