import { decodeJwt } from 'jose';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokensRepository } from '../../dist/src/modules/oauth/tokens.repository.js';
import { TokensSweep } from '../../dist/src/modules/oauth/tokens-sweep.js';
import { RefreshTokensRepository } from '../../dist/src/modules/sessions/refresh-tokens.repository.js';
import { SessionsRepository } from '../../dist/src/modules/sessions/sessions.repository.js';
import { SessionsSweep } from '../../dist/src/modules/sessions/sessions-sweep.js';
import { createDataSource } from '../../dist/src/platform/database/data-source.js';
import { Database } from '../../dist/src/platform/database/database.js';
import type { RepeatedWork } from '../../dist/src/platform/repeated-work.js';
import { outcome } from '../harness/outcome.js';
import { oauthClient } from '../harness/oauth-client.js';
import { World } from '../harness/world.js';

let world: World;
const instances: DataSource[] = [];
beforeAll(async () => {
  world = await World.start();
  for (let i = 0; i < 2; i += 1)
    instances.push(await createDataSource(world.server.config.databaseUrl).initialize());
});
afterAll(async () => {
  for (const instance of instances) await instance.destroy();
  await world.close();
});

/** Lets both instances sweep at once, as they do now and then. */
async function sweep(of: (database: Database) => RepeatedWork): Promise<void> {
  const sweeps = instances.map((instance) => of(new Database(instance)));
  await Promise.all(sweeps.map((one) => one['work']()));
}

const ids = async (table: string): Promise<string[]> =>
  (await world.server.sql<{ id: string }>(`SELECT id FROM ${table}`)).map(({ id }) => id);

const sessionsSweep = (database: Database) =>
  new SessionsSweep(new SessionsRepository(database), new RefreshTokensRepository(database));

describe('sessions that are over', () => {
  it.each([
    ['forgotten', 'ended 91 days ago', `now() - interval '91 days'`, `now() + interval '1 day'`],
    ['forgotten', 'ran out 91 days ago', 'NULL', `now() - interval '91 days'`],
    ['kept', 'ended 89 days ago', `now() - interval '89 days'`, `now() + interval '1 day'`],
    ['kept', 'ran out 89 days ago', 'NULL', `now() - interval '89 days'`],
    ['kept', 'are in force', 'NULL', `now() + interval '1 day'`],
  ])('are %s when they %s', async (fate, _, endedAt, expiresAt) => {
    const email = (await world.human()).email;
    const { access_token, refresh_token } = await world.signIn(email);
    const made = await world.server.sql<{ id: string }>(
      `INSERT INTO session (id, organization_id, member_id, user_id, ended_at, expires_at)
       SELECT gen_random_uuid(), organization_id, member_id, user_id, ${endedAt}, ${expiresAt}
       FROM session, generate_series(1, 6000) WHERE id = $1 RETURNING id`,
      [decodeJwt(access_token).sid],
    );
    await sweep(sessionsSweep);
    const known = new Set(await ids('session'));
    expect(made.filter(({ id }) => known.has(id))).toHaveLength(fate === 'kept' ? made.length : 0);
    expect(outcome(await world.client(null).post('/auth/refresh', { refresh_token }))).toBe('200');
  });

  it('are kept while they have a refresh token', async () => {
    const { access_token } = await world.signIn((await world.human()).email);
    const { sid } = decodeJwt(access_token);
    await world.server.sql(
      `UPDATE session SET ended_at = now() - interval '91 days' WHERE id = $1`,
      [sid],
    );
    await sweep(sessionsSweep);
    expect(await ids('session')).toContain(sid);
    await world.server.sql(
      `UPDATE refresh_token SET expires_at = now() - interval '25 hours' WHERE session_id = $1`,
      [sid],
    );
    await sweep(sessionsSweep);
    expect(await ids('session')).not.toContain(sid);
  });
});

describe('tokens that have expired', () => {
  it('are forgotten by two instances at once, and OAuth tokens that are in force are not', async () => {
    const client = await oauthClient(world, 'admin');
    const token = await client.token();
    await world.server.sql(
      `INSERT INTO oauth_token (id, organization_id, client_id, expires_at)
       SELECT gen_random_uuid(), $1, $2, now() - interval '61 minutes' FROM generate_series(1, 12000)`,
      [world.organizationId, client.id],
    );
    const [late] = await world.server.sql<{ id: string }>(
      `INSERT INTO oauth_token (id, organization_id, client_id, expires_at)
       VALUES (gen_random_uuid(), $1, $2, now() - interval '59 minutes') RETURNING id`,
      [world.organizationId, client.id],
    );
    await sweep((database) => new TokensSweep(new TokensRepository(database)));
    expect(new Set(await ids('oauth_token'))).toEqual(new Set([decodeJwt(token).jti, late?.id]));
    expect(outcome(await world.client(token).get('/users/me'))).toBe('200');
  });

  it('are forgotten by two instances at once, and refresh tokens that are in force are not', async () => {
    const { access_token, refresh_token } = await world.signIn((await world.human()).email);
    const live = await ids('refresh_token');
    await world.server.sql(
      `INSERT INTO refresh_token (id, session_id, hash, pepper_id, expires_at)
       SELECT gen_random_uuid(), $1, decode(md5(n::text), 'hex'), 'x', now() - interval '25 hours'
       FROM generate_series(1, 12000) AS n`,
      [decodeJwt(access_token).sid],
    );
    await sweep(sessionsSweep);
    expect(await ids('refresh_token')).toEqual(live);
    const answer = await world.client(null).post('/auth/refresh', { refresh_token });
    expect(outcome(answer)).toBe('200');
  });
});

it('no token outlives its client that is deleted while it is given: 15 races over two instances', async () => {
  const sibling = await world.server.sibling();
  for (let round = 0; round < 15; round += 1) {
    const client = await oauthClient(world, 'admin');
    const places = [client, client.at(sibling)];
    const asking = Array.from({ length: 8 }, (_, i) => places[i % 2]?.tokenAnswer());
    const [, ...answers] = await Promise.all([world.owner.delete(client.path), ...asking]);
    const tokens = answers.flatMap((answer) =>
      answer?.status === 200 ? [answer.body.access_token] : [],
    );
    const uses = tokens.map((token: string) => world.client(token).get('/users/me'));
    expect((await Promise.all(uses)).map(outcome)).toEqual(tokens.map(() => '401 invalid_token'));
    expect(answers.filter((answer) => Number(answer?.status) >= 500)).toEqual([]);
  }
});
