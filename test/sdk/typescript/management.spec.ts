import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Latchkey, LatchkeyError, type ProjectView } from '@latchkey/sdk';
import { World } from '../../harness/world.js';

let world: World;
let latchkey: Latchkey;
beforeAll(async () => {
  world = await World.start();
  latchkey = client(world.server.first.apiKey);
});
afterAll(() => world.close());

/** The SDK with a credential, or with none. */
function client(token?: string | (() => Promise<string>)): Latchkey {
  return new Latchkey({ url: world.server.url, token });
}

/** What a call that must be refused is refused with. */
async function refusal(call: Promise<unknown>): Promise<LatchkeyError> {
  const thrown: unknown = await call.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(LatchkeyError);
  return thrown as LatchkeyError;
}

describe('the life of a key', () => {
  it('is made, shown, changed, rotated, used and revoked', async () => {
    const key = await latchkey.apiKeys.create({ name: 'CI', product_scopes: { uptime: 'read' } });
    expect(key).toMatchObject({ name: 'CI', product_scopes: { uptime: 'read' } });
    const changed = await latchkey.apiKeys.update(key.id, { name: 'Builds' });
    expect(changed.name).toBe('Builds');
    const { secret } = await latchkey.apiKeys.rotate(key.id, {});
    const me = await client(secret ?? '').users.me();
    expect(me.credential).toMatchObject({ type: 'api_key', id: key.id });
    expect(await latchkey.apiKeys.revoke(key.id)).toBeUndefined();
    expect((await latchkey.apiKeys.get(key.id)).status).toBe('revoked');
    expect(await refusal(client(secret ?? '').users.me())).toMatchObject({
      status: 401,
      code: 'invalid_token',
    });
  });
});

describe('lists', () => {
  it('come as pages, and as one iterator over all of them', async () => {
    const made = new Set<string>();
    for (let i = 0; i < 5; i += 1) made.add((await latchkey.projects.create({ name: 'Page' })).id);
    const first = await latchkey.projects.list({ limit: 2 });
    expect([first.data.length, first.has_more]).toEqual([2, true]);
    const next = await latchkey.projects.list({ limit: 2, cursor: first.next_cursor ?? '' });
    expect(next.data[0]?.id).not.toBe(first.data[0]?.id);
    const all: ProjectView[] = [];
    for await (const project of latchkey.projects.all({ limit: 2 })) all.push(project);
    expect(new Set(all.map(({ id }) => id))).toEqual(made);
    expect(all).toHaveLength(made.size);
  });

  it('take their filters along', async () => {
    const { id } = await latchkey.apiKeys.create({ name: 'Filtered' });
    await latchkey.apiKeys.revoke(id);
    const revoked: string[] = [];
    for await (const key of latchkey.apiKeys.all({ status: 'revoked', limit: 1 }))
      revoked.push(key.status);
    expect(new Set(revoked)).toEqual(new Set(['revoked']));
  });
});

describe('project selection', () => {
  it('is made for a call or for all of them, by id or by slug', async () => {
    const project = await latchkey.projects.create({ name: 'Chosen', slug: 'chosen' });
    const bot = await world.serviceAccount('member', { [project.id]: 'viewer' });
    const { key } = await world.key({ owner_id: bot.id });
    const own = client(key.secret);
    expect((await own.users.me()).permissions['uptime']).toBe('none');
    const chosen = { project: { slug: 'chosen' } };
    expect((await own.users.me(chosen)).permissions['uptime']).toBe('read');
    const always = new Latchkey({
      url: world.server.url,
      token: key.secret as string,
      project: { id: project.id },
    });
    expect((await always.users.me()).permissions['uptime']).toBe('read');
  });
});

describe('credentials', () => {
  it('may come from a function, which is asked at each call', async () => {
    let asked = 0;
    const own = client(() => {
      asked += 1;
      return Promise.resolve(world.server.first.apiKey);
    });
    await own.users.me();
    await own.users.me();
    expect(asked).toBe(2);
  });

  it('of a person come from a login, which takes none', async () => {
    const { email } = await world.human('admin');
    const password = 'a password for tests only';
    const session = await client('not_sent').logins.login({ email, password });
    expect(session.token_type).toBe('bearer');
    expect((await client(session.access_token ?? '').users.me()).type).toBe('human');
  });

  it('of an OAuth client go in the form of the calls that take them', async () => {
    const bot = await latchkey.serviceAccounts.create({ name: 'Bot', role: 'admin' });
    const { client_id, client_secret } = await latchkey.clients.create(bot.id, {});
    const credential = { client_id, client_secret: client_secret ?? '' };
    const { access_token } = await client().oAuth.token({
      grant_type: 'client_credentials',
      ...credential,
    });
    expect((await client(access_token).users.me()).credential.type).toBe('oauth');
    const asked = latchkey.oAuth.introspect({ token: access_token, ...credential });
    expect(await asked).toMatchObject({ active: true, client_id });
    expect((await latchkey.oAuth.introspect({ token: access_token })).active).toBe(true);
    await latchkey.oAuth.revoke({ token: access_token, ...credential });
    expect((await latchkey.oAuth.introspect({ token: access_token })).active).toBe(false);
  });
});

describe('a refusal', () => {
  it('400 tells what is wrong, field by field', async () => {
    const { status, code, details, message } = await refusal(
      latchkey.projects.create({ name: '' }),
    );
    expect([status, code, details[0]?.field]).toEqual([400, 'invalid_request', 'name']);
    expect(message).not.toBe('');
  });

  it('403 tells what is missing, and the id to look for in the audit log', async () => {
    const weak = client((await world.key({ product_scopes: {} })).key.secret);
    const error = await refusal(weak.projects.create({ name: 'P' }));
    expect(error).toMatchObject({ status: 403, code: 'insufficient_permissions' });
    expect(error.missing).toEqual([{ product: 'projects', access: 'read_write' }]);
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of OAuth has its own code', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' } as const;
    expect(await refusal(client().oAuth.token(form))).toMatchObject({
      status: 401,
      code: 'invalid_client',
    });
  });

  it('never holds a secret, however it is looked at', async () => {
    const secrets = [`sk_${'a'.repeat(49)}`, 'sk_with\nbreak', 'sk_ü', ''];
    for (const secret of secrets) {
      const own = client(secret);
      const error: unknown = await own.users.me().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      const shown = [inspect(error, { depth: 9 }), String((error as Error).stack)].join();
      expect(shown).not.toContain(secret || 'no secret');
    }
  });
});

describe('a client that is printed', () => {
  it('does not show its credential', () => {
    const own = client('sk_not_to_be_seen');
    const shown = [inspect(own, { depth: 9, showHidden: true }), JSON.stringify(own)].join();
    expect(shown).not.toContain('sk_not_to_be_seen');
  });
});

describe('an id', () => {
  it.each(['', '.', '..'])('that would lead to another path is no id: "%s"', async (id) => {
    const project = await latchkey.projects.create({ name: 'Stays' });
    await expect(latchkey.projectMembers.remove(project.id, id)).rejects.toThrow(TypeError);
    expect((await latchkey.projects.get(project.id)).id).toBe(project.id);
  });

  it('stays one segment, whatever is in it', async () => {
    const hostile = ['../projects', '%2e%2e', 'a?b#c', 'a/b'];
    for (const id of hostile)
      expect((await refusal(latchkey.apiKeys.get(id))).status).toBeGreaterThanOrEqual(400);
  });
});

describe('the address of the server', () => {
  it.each(['ftp://127.0.0.1', 'http://user:pass@127.0.0.1', 'http://127.0.0.1/?a=b', 'nonsense'])(
    'must be one that can be called, and is not shown: %s',
    (url) => {
      const made = () => new Latchkey({ url });
      expect(made).toThrow(TypeError);
      expect(made).not.toThrow(/user:pass/);
    },
  );
});
