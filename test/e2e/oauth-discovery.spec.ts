import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthClient, type OAuthClient } from '../harness/oauth-client.js';
import { newSigningKey } from '../harness/server.js';
import { World } from '../harness/world.js';

let world: World;
let client: OAuthClient;
const former = newSigningKey();
const current = newSigningKey();
beforeAll(async () => {
  world = await World.start({ signingKeys: [current, former] });
  client = await oauthClient(world, 'admin');
});
afterAll(() => world.close());

describe('GET /.well-known/oauth-authorization-server', () => {
  it('200 with the issuer, every endpoint and what is supported', async () => {
    const { status, body, headers } = await world
      .client(null)
      .get('//.well-known/oauth-authorization-server');
    const { url } = world.server;
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({
      issuer: url,
      token_endpoint: `${url}/oauth/token`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      introspection_endpoint: `${url}/oauth/introspect`,
      revocation_endpoint: `${url}/oauth/revoke`,
      scopes_supported: ['read', 'write'],
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      introspection_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'Bearer',
      ],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  });

  it('names PUBLIC_URL where it is set, as every token does', async () => {
    const publicUrl = 'https://auth.example.com';
    const other = await World.start({ publicUrl });
    const { body } = await other.client(null).get('//.well-known/oauth-authorization-server');
    expect([body.issuer, body.token_endpoint]).toEqual([publicUrl, `${publicUrl}/oauth/token`]);
    await other.close();
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('200 with every signing key, the one that signs first, and nothing private', async () => {
    const { body } = await world.client(null).get('//.well-known/jwks.json');
    const published = [current, former].map((pem) => {
      const { kty, crv, x } = createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' });
      return { kty, crv, x, kid: expect.any(String), alg: 'EdDSA', use: 'sig' };
    });
    expect(body).toEqual({ keys: published });
  });

  it('is enough for a resource server to verify tokens by itself', async () => {
    const keys = createRemoteJWKSet(new URL(`${world.server.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(await client.token('audit:read'), keys, {
      issuer: world.server.url,
      audience: world.server.url,
      typ: 'at+jwt',
      algorithms: ['EdDSA'],
    });
    expect(payload).toMatchObject({ client_id: client.id, scope: 'audit:read' });
  });
});

describe('openid-client', () => {
  const discover = (
    authentication: (secret: string) => openid.ClientAuth,
    secret = client.secret,
  ) =>
    openid.discovery(new URL(world.server.url), client.id, undefined, authentication(secret), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    });

  it.each([
    ['client_secret_basic', openid.ClientSecretBasic],
    ['client_secret_post', openid.ClientSecretPost],
  ])('discovers, gets a token, asks about it and revokes it by %s', async (_, authentication) => {
    const config = await discover(authentication);
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'audit:read' });
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'audit:read' });
    const resource = new URL(`${world.server.url}/v1/users/me`);
    const answer = await openid.fetchProtectedResource(
      config,
      tokens.access_token,
      resource,
      'GET',
    );
    expect(await answer.json()).toMatchObject({ credential: { type: 'oauth', id: client.id } });
    const known = await openid.tokenIntrospection(config, tokens.access_token);
    expect(known).toMatchObject({ active: true, client_id: client.id, scope: 'audit:read' });
    await openid.tokenRevocation(config, tokens.access_token);
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    await expect(
      openid.fetchProtectedResource(config, tokens.access_token, resource, 'GET'),
    ).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token', realm: 'latchkey' } }],
    });
  });

  it('reads the errors', async () => {
    const config = await discover(openid.ClientSecretBasic);
    await expect(openid.clientCredentialsGrant(config, { scope: 'x:y' })).rejects.toMatchObject({
      error: 'invalid_scope',
      status: 400,
    });
    const wrong = await discover(openid.ClientSecretPost, 'wrong');
    await expect(openid.clientCredentialsGrant(wrong)).rejects.toMatchObject({
      status: 401,
    });
  });
});

describe('simple-oauth2', () => {
  const library = (secret: string, authorizationMethod: 'header' | 'body') =>
    new ClientCredentials({
      client: { id: client.id, secret },
      auth: {
        tokenHost: world.server.url,
        tokenPath: '/oauth/token',
        revokePath: '/oauth/revoke',
      },
      options: { authorizationMethod },
    });

  it.each(['header', 'body'] as const)(
    'gets a token, uses it and revokes it by the %s',
    async (method) => {
      const accessToken = await library(client.secret, method).getToken({
        scope: ['audit:read', 'members:read'],
      });
      expect(accessToken.token).toMatchObject({
        scope: 'audit:read members:read',
        token_type: 'bearer',
      });
      expect(accessToken.expired()).toBe(false);
      const caller = world.client(String(accessToken.token['access_token']));
      expect((await caller.get('/members')).status).toBe(200);
      await accessToken.revoke('access_token');
      expect((await caller.get('/members')).status).toBe(401);
    },
  );

  it('reads the errors', async () => {
    await expect(library('wrong', 'header').getToken({})).rejects.toMatchObject({
      output: { statusCode: 401 },
      data: { payload: { error: 'invalid_client' } },
    });
  });
});
