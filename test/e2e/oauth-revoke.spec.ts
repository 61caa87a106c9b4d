import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { Client, outcome, type Json } from '../harness/client.js';
import {
  clientOf,
  oauthClient,
  oauthOutcome,
  postForm,
  presentAs,
  type OAuthClient,
} from '../harness/oauth-client.js';
import { password, World } from '../harness/world.js';

let world: World;
let elsewhere: { readonly url: string };
let client: OAuthClient;
beforeAll(async () => {
  world = await World.start();
  elsewhere = await world.server.sibling();
  client = await oauthClient(world, 'admin');
});
afterAll(() => world.close());

const revoke = (caller: Client, token: string) => presentAs(caller, 'revoke', token);

/** A token that both instances have let in and remember. */
async function usedEverywhere(token: string): Promise<Client[]> {
  const callers = [world.server, elsewhere].map((server) => new Client(server, token));
  for (const caller of callers) expect((await caller.get('/users/me')).status).toBe(200);
  return callers;
}

/** What all callers are answered, one after another: each outcome once. */
async function outcomes(callers: Client[], path = '/users/me'): Promise<string[]> {
  const seen = new Set<string>();
  for (const caller of callers) seen.add(outcome(await caller.get(path)));
  return [...seen];
}

describe('POST /oauth/revoke', () => {
  it('200 with an empty body: the very next call is refused on every instance', async () => {
    const token = await client.token();
    const callers = await usedEverywhere(token);
    const answer = await client.revoke(token);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(await outcomes(callers.toReversed())).toEqual(['401 invalid_token']);
    expect((await client.introspect(token)).text).toBe('{"active":false}');
  });

  it('revokes that token alone: another of the same client goes on', async () => {
    const [one, two] = [await client.token(), await client.token()];
    const callers = await usedEverywhere(two);
    await client.revoke(one);
    expect(await outcomes(callers)).toEqual(['200']);
  });

  it('200 for a token that is revoked already, is nobody’s or is none, and nothing is recorded as revoked', async () => {
    const token = await client.token();
    await client.revoke(token);
    const before = await world.owner.get('/audit-events?action=oauth_token.revoked');
    for (const nothing of [token, 'x', 'a.b.c', mintToken('sk'), mintToken('cs')])
      expect((await client.revoke(nothing)).status).toBe(200);
    const after = await world.owner.get('/audit-events?action=oauth_token.revoked');
    expect(after.body.data).toHaveLength(before.body.data.length);
  });

  it('400 invalid_grant for a token of another client, a key or a session, which all go on', async () => {
    const other = await clientOf(world, client.memberId);
    const { key } = await world.key({ owner_id: client.memberId });
    const { email } = await world.human();
    const login = await world.client(null).post('/auth/login', { email, password });
    for (const token of [await other.token(), key.secret, login.body.access_token]) {
      expect(oauthOutcome(await client.revoke(token))).toBe('400 invalid_grant');
      expect((await world.client(token).get('/users/me')).status).toBe(200);
    }
  });

  it('400 invalid_request without a token, 401 invalid_client without a client', async () => {
    expect(oauthOutcome(await client.post('revoke', {}))).toBe('400 invalid_request');
    const token = await client.token();
    const answer = await postForm(world.server, 'revoke', { token });
    expect(oauthOutcome(answer)).toBe('401 invalid_client');
    expect((await world.client(token).get('/users/me')).status).toBe(200);
  });

  it('200 whatever the hint says', async () => {
    for (const token_type_hint of ['refresh_token', 'nonsense']) {
      const token = await client.token();
      expect((await client.post('revoke', { token, token_type_hint })).status).toBe(200);
      expect((await world.client(token).get('/users/me')).status).toBe(401);
    }
  });

  it('400 unsupported_token_type for the refresh token of a session, which goes on', async () => {
    const { refresh_token } = await world.signIn((await world.human()).email);
    for (const answer of [
      await client.revoke(refresh_token),
      await client.post('revoke', { token: refresh_token, token_type_hint: 'refresh_token' }),
      await revoke(world.owner, refresh_token),
    ])
      expect(oauthOutcome(answer)).toBe('400 unsupported_token_type');
    const refreshed = await world.client(null).post('/auth/refresh', { refresh_token });
    expect(refreshed.status).toBe(200);
  });

  it('records oauth_token.revoked with the token’s id', async () => {
    const token = await client.token();
    const { jti } = (await client.introspect(token)).body;
    await client.revoke(token);
    const { body } = await world.owner.get('/audit-events?action=oauth_token.revoked&limit=1');
    expect(body.data[0]).toMatchObject({
      actor: { id: client.memberId },
      target: { type: 'oauth_token', id: jti },
    });
  });
});

describe('POST /oauth/revoke with a bearer', () => {
  it('200 for who may manage keys: an OAuth token or a leaked key of the organization is refused', async () => {
    const { key } = await world.key();
    for (const token of [await client.token(), key.secret]) {
      const callers = await usedEverywhere(token);
      expect((await revoke(world.owner, token)).status).toBe(200);
      expect(await outcomes(callers)).toEqual(['401 invalid_token']);
    }
  });

  it('200 for a token that revokes itself', async () => {
    const member = await oauthClient(world, 'member');
    const token = await member.token();
    expect((await revoke(world.client(token), token)).status).toBe(200);
    expect((await world.client(token).get('/users/me')).status).toBe(401);
  });

  it('200 without effect for what the bearer may not see: another organization’s, or another’s', async () => {
    const other = await world.otherOrganization();
    const { client: member } = await world.key({ owner_id: (await world.human('member')).id });
    const token = await client.token();
    for (const caller of [other.owner, member])
      expect((await revoke(caller, token)).status).toBe(200);
    expect((await world.client(token).get('/users/me')).status).toBe(200);
  });

  it('400 invalid_grant for the operator, who leaves this to the organization', async () => {
    const token = await client.token();
    expect(oauthOutcome(await revoke(world.platform, token))).toBe('400 invalid_grant');
  });

  it('400 unsupported_token_type for a session', async () => {
    const { email } = await world.human();
    const { body } = await world.client(null).post('/auth/login', { email, password });
    expect(oauthOutcome(await revoke(world.owner, body.access_token))).toBe(
      '400 unsupported_token_type',
    );
  });

  it('403 insufficient_scope for who may only read keys', async () => {
    const reader = await client.caller('read');
    expect(oauthOutcome(await revoke(reader, 'x'))).toBe('403 insufficient_scope');
  });
});

/** What is done to what stands behind a token, and what the very next call of it gets on every instance. */
const changes: Record<string, [wanted: string, (subject: OAuthClient) => Promise<Json>]> = {
  'its client is deleted': ['401 invalid_token', (subject) => world.owner.delete(subject.path)],
  'its client is narrowed': [
    '403 insufficient_permissions',
    (subject) => world.owner.patch(subject.path, { scope: 'members:read' }),
  ],
  'its service account is deleted': [
    '401 invalid_token',
    ({ memberId }) => world.owner.delete(`/service-accounts/${memberId}`),
  ],
  'its service account is deactivated': [
    '403 account_deactivated',
    ({ memberId }) => world.owner.patch(`/members/${memberId}`, { status: 'deactivated' }),
  ],
  'its service account is demoted': [
    '403 insufficient_permissions',
    ({ memberId }) => world.owner.patch(`/members/${memberId}`, { role: 'member' }),
  ],
};

describe('the next call on every instance', () => {
  it.each(Object.entries(changes))('after %s', async (_, [wanted, change]) => {
    const subject = await oauthClient(world, 'admin');
    const callers = await usedEverywhere(await subject.token());
    expect(await outcomes(callers, '/audit-events?limit=1')).toEqual(['200']);
    expect((await change(subject)).status).toBeLessThan(300);
    expect(await outcomes(callers.toReversed(), '/audit-events?limit=1')).toEqual([wanted]);
  });

  it('after its client got a new secret: the old one gives no token anywhere', async () => {
    const subject = await oauthClient(world, 'admin');
    const places = [subject, subject.at(elsewhere)];
    for (const place of places) await place.token();
    await world.owner.post(`${subject.path}/rotate`, {});
    for (const place of places.toReversed())
      expect(oauthOutcome(await place.tokenAnswer())).toBe('401 invalid_client');
  });

  it('after its client was deleted: no token, nothing is told of one, and none is revoked', async () => {
    const subject = await oauthClient(world, 'admin');
    const place = subject.at(elsewhere);
    const token = await place.token();
    await world.owner.delete(subject.path);
    for (const answer of [
      await place.tokenAnswer(),
      await place.introspect(token),
      await place.revoke(token),
    ])
      expect(oauthOutcome(answer)).toBe('401 invalid_client');
  });
});
