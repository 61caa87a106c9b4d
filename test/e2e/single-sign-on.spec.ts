import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { Browser } from '../harness/browser.js';
import type { Answer, Json } from '../harness/client.js';
import { OpenIdProvider } from '../harness/openid-provider.js';
import { outcome } from '../harness/outcome.js';
import {
  connect,
  domain,
  entryOf,
  answerOf,
  signIn,
  type Connected,
} from '../harness/single-sign-on.js';
import { someAddress, World } from '../harness/world.js';

let world: World;
let provider: OpenIdProvider;
let acme: Connected;
let project: Json;

beforeAll(async () => {
  provider = await OpenIdProvider.start();
  world = await World.start({
    trustedProxies: ['127.0.0.1'],
    privateIssuers: [provider.issuer],
  });
  await provider.serve([`${world.server.url}/v1/auth/sso/callback`]);
  project = await world.project();
  const default_projects = [{ project_id: project.id, role: 'viewer' }];
  acme = await connect(world, provider, { default_projects });
});
afterAll(async () => {
  await world.close();
  await provider.close();
});

const someEmail = (at = domain) => `${randomUUID()}@${at}`;
const enter = (login: string, browser?: Browser): Promise<Answer> =>
  signIn(world, provider, acme.slug, login, browser);
const me = async ({ body }: Answer): Promise<Json> =>
  (await world.client(body.access_token).get('/users/me')).body;

describe('signing in at the identity provider', () => {
  it('200 with a session of somebody new, who is a member with the default roles', async () => {
    const email = someEmail();
    const answer = await enter(provider.person(email));
    expect(outcome(answer)).toBe('200');
    expect(answer.body).toMatchObject({ token_type: 'bearer', expires_in: 900 });
    const body = await me(answer);
    expect(body).toMatchObject({ email, name: 'Ada Lovelace', role: 'member', type: 'human' });
    expect(body.credential.type).toBe('session');
    const { body: member } = await world.owner.get(`/members/${body.id}`);
    expect(member.projects).toEqual([{ project_id: project.id, role: 'viewer' }]);
    const { body: events } = await world.owner.get(`/audit-events?actor_id=${body.id}`);
    const actions = events.data.map(({ action }: Json) => action);
    for (const action of ['member.added', 'member.identity_linked', 'session.created'])
      expect(actions).toContain(action);
  });

  it('200 as the same member the second time, whatever their address is by then', async () => {
    const login = provider.person(someEmail());
    const first = await me(await enter(login));
    provider.people.set(login, { email: someEmail(), email_verified: true });
    const second = await me(await enter(login));
    expect(second.id).toBe(first.id);
    expect(second.email).toBe(first.email);
  });

  it('200 as the member who was here before, by their address, and again after that', async () => {
    const human = await world.human('admin');
    const email = someEmail();
    await world.server.sql('UPDATE user_account SET email = $1, email_key = $1 WHERE email = $2', [
      email,
      human.email,
    ]);
    const login = provider.person(email.toUpperCase());
    for (const _ of [1, 2])
      expect(await me(await enter(login))).toMatchObject({ id: human.id, role: 'admin' });
  });

  it('200 when two tabs sign the same new person in at once, and makes one member', async () => {
    const login = provider.person(someEmail());
    const browser = new Browser();
    const answers = await Promise.all([enter(login), enter(login), enter(login, browser)]);
    expect(answers.map(outcome)).toEqual(['200', '200', '200']);
    const ids = await Promise.all(answers.map(me));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
  });

  it('200 when it is begun at one instance and ended at another', async () => {
    const { url } = await world.server.sibling();
    const arrived: string[] = [];
    const browser = new Browser((to) => {
      if (!to.pathname.endsWith('/callback')) return to;
      arrived.push(to.pathname);
      return new URL(to.pathname + to.search, url);
    });
    expect(outcome(await enter(provider.person(someEmail()), browser))).toBe('200');
    expect(arrived).toHaveLength(1);
  });
});

describe('a sign-in that is under way', () => {
  const callback = ({ pathname }: URL) => pathname.endsWith('/callback');

  /** Goes as far as the way back from the provider. */
  async function onTheWayBack(page: Record<string, string> = {}) {
    const browser = new Browser();
    const entry = entryOf(world.server.url, acme.slug, page);
    const { url } = await provider.signIn(browser, entry, provider.person(someEmail()), callback);
    return { browser, url };
  }

  const over = '401 invalid_token';
  const comesBack = async (browser: Browser, url: URL) =>
    outcome(answerOf(await browser.open(url)));

  it('302 to the provider with PKCE, state and nonce, and a cookie for the way back only', async () => {
    const browser = new Browser();
    const { status, headers } = await browser.open(entryOf(world.server.url, acme.slug));
    expect(status).toBe(302);
    const to = new URL(headers.get('location') ?? '');
    expect(to.origin).toBe(provider.issuer);
    expect(Object.fromEntries(to.searchParams)).toEqual({
      client_id: provider.clientId,
      response_type: 'code',
      redirect_uri: `${world.server.url}/v1/auth/sso/callback`,
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(headers.get('set-cookie')).toMatch(
      /^latchkey_sso_[\w-]{16}=sso_\w{49}; Max-Age=600; Path=\/v1\/auth\/sso; HttpOnly; SameSite=Lax$/,
    );
  });

  it('keeps the cookie to https where the server is', async () => {
    const other = await World.start({
      publicUrl: 'https://auth.example.com',
      privateIssuers: [provider.issuer],
    });
    const { slug } = await connect(other, provider);
    const { headers } = await new Browser().open(entryOf(other.server.url, slug));
    expect(headers.get('set-cookie')).toMatch(/; Secure\b/);
    expect(headers.get('location')).toContain(
      encodeURIComponent('https://auth.example.com/v1/auth/sso/callback'),
    );
    await other.close();
  });

  it('401 invalid_token when it comes back a second time', async () => {
    const { browser, url } = await onTheWayBack();
    expect(await comesBack(browser, url)).toBe('200');
    expect(await comesBack(browser, url)).toBe(over);
  });

  it('200 for one of several that come back with the same state at once', async () => {
    const { browser, url } = await onTheWayBack();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => comesBack(browser, url)));
    expect(outcomes.toSorted()).toEqual(['200', over, over, over]);
  });

  it('401 invalid_token in another browser: nobody is signed in as whoever sent them a link', async () => {
    const { browser, url } = await onTheWayBack();
    const victim = new Browser();
    expect(await comesBack(victim, url)).toBe(over);
    await victim.open(entryOf(world.server.url, acme.slug));
    expect(await comesBack(victim, url)).toBe(over);
    expect(await comesBack(browser, url)).toBe('200');
  });

  it('401 for another state, none, or two of them', async () => {
    const { browser, url } = await onTheWayBack();
    const state = url.searchParams.get('state') ?? '';
    for (const change of [`${state.slice(0, -1)}-`, '', 'nonsense']) {
      const altered = new URL(url);
      altered.searchParams.set('state', change);
      expect(await comesBack(browser, altered)).toBe(over);
    }
    url.searchParams.append('state', 'another');
    expect(await comesBack(browser, url)).toBe('401 invalid_credentials');
  });

  it('401 invalid_credentials when the provider’s code is used a second time', async () => {
    const [first, second] = [await onTheWayBack(), await onTheWayBack()];
    expect(await comesBack(first.browser, first.url)).toBe('200');
    const code = first.url.searchParams.get('code') ?? '';
    second.url.searchParams.set('code', code);
    expect(await comesBack(second.browser, second.url)).toBe('401 invalid_credentials');
  });

  it('401 invalid_token after ten minutes', async () => {
    const { browser, url } = await onTheWayBack();
    await world.server.sql('UPDATE sign_in_attempt SET expires_at = now()');
    expect(await comesBack(browser, url)).toBe(over);
  });

  it('404 not_found for an organization that has no provider, is unknown or deleted', async () => {
    const [without, deleted] = [await world.otherOrganization(), await world.otherOrganization()];
    const { slug } = await connect(world, provider, {}, deleted.owner);
    await world.platform.delete(`/organizations/${deleted.id}`);
    const { body } = await without.owner.get(`/organizations/${without.id}`);
    for (const organization of [body.slug, 'no-such-organization', slug]) {
      const page = await new Browser().open(entryOf(world.server.url, organization));
      expect(outcome(answerOf(page))).toBe('404 not_found');
    }
  });

  describe('for a page', () => {
    const page = () => `${world.server.url}/signed-in?kept=1`;
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    // Of RFC 7636, appendix B.
    const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

    /** Comes back to the page and gives what it was told. */
    async function told(login: string): Promise<URLSearchParams> {
      const query = { redirect_uri: page(), code_challenge };
      const entry = entryOf(world.server.url, acme.slug, query);
      const { url } = await provider.signIn(new Browser(), entry, login, ({ pathname }) =>
        pathname.endsWith('/signed-in'),
      );
      expect(url.origin + url.pathname).toBe(`${world.server.url}/signed-in`);
      return url.searchParams;
    }

    const exchange = (code: string | null, code_verifier = verifier): Promise<Answer> =>
      world
        .client(null)
        .with({ 'x-forwarded-for': someAddress() })
        .post('/auth/sso/token', { code, code_verifier });

    it('200 for its code, once, and no token stands in any address', async () => {
      const email = someEmail();
      const query = await told(provider.person(email));
      expect([...query.keys()]).toEqual(['kept', 'code']);
      expect(query.get('code')).toMatch(/^ssoc_\w{49}$/);
      const answer = await exchange(query.get('code'));
      expect(outcome(answer)).toBe('200');
      expect(await me(answer)).toMatchObject({ email, role: 'member' });
      expect(outcome(await exchange(query.get('code')))).toBe(over);
    });

    it('401 invalid_token for whoever has the code and not its verifier, and it is spent by that', async () => {
      const code = (await told(provider.person(someEmail()))).get('code');
      expect(outcome(await exchange(code, `${verifier.slice(0, -1)}l`))).toBe(over);
      expect(outcome(await exchange(code))).toBe(over);
    });

    it('401 invalid_token after a minute, and for a code that is unknown', async () => {
      const code = (await told(provider.person(someEmail()))).get('code');
      await world.server.sql('UPDATE sign_in_code SET expires_at = now()');
      for (const wrong of [code, mintToken('ssoc'), 'nonsense'])
        expect(outcome(await exchange(wrong))).toBe(over);
    });

    it('403 account_deactivated for a code of somebody who was deactivated meanwhile', async () => {
      const login = provider.person(someEmail());
      const { id } = await me(await enter(login));
      const code = (await told(login)).get('code');
      await world.owner.patch(`/members/${id}`, { status: 'deactivated' });
      expect(outcome(await exchange(code))).toBe('403 account_deactivated');
    });

    it('302 to it with the error when nobody is let in', async () => {
      const query = await told(provider.person(someEmail('elsewhere.example')));
      expect(query.get('error')).toBe('insufficient_permissions');
      expect(query.get('error_description')).toContain('domain');
      expect(query.has('code')).toBe(false);
    });

    it('400 for a page anywhere else, and for one that cannot prove itself', async () => {
      const pages = [
        'https://evil.example/',
        `${world.server.url}.evil.example/`,
        `${world.server.url.replace('//', '//user@')}/`,
        `${page()}#fragment`,
        'javascript:alert(1)',
        '/signed-in',
        '',
      ];
      for (const redirect_uri of pages) {
        const entry = entryOf(world.server.url, acme.slug, { redirect_uri, code_challenge });
        expect(outcome(answerOf(await new Browser().open(entry)))).toBe('400 invalid_request');
      }
      const entry = entryOf(world.server.url, acme.slug, { redirect_uri: page() });
      expect(outcome(answerOf(await new Browser().open(entry)))).toBe('400 invalid_request');
    });
  });
});
