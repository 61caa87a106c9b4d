import { Browser, type Page } from './browser.js';
import type { Answer, Client, Json } from './client.js';
import { OpenIdProvider } from './openid-provider.js';
import type { World } from './world.js';

/** The domain that is confirmed. */
export const domain = 'acme.example';

/** An organization with a provider that it signs in at. */
export interface Connected {
  readonly id: string;
  readonly slug: string;
  readonly path: string;
  readonly owner: Client;
}

/** Names a provider for an organization, and has the operator confirm the domain. */
export async function connect(
  world: World,
  provider: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'>,
  more: object = {},
  owner: Client = world.owner,
): Promise<Connected> {
  const { body: me } = await owner.get('/users/me');
  const { id, slug } = me.organization;
  const path = `/organizations/${id}/single-sign-on`;
  const set = await owner.put(path, { ...connectionTo(provider), ...more });
  if (set.status !== 200) throw new Error(`PUT ${path}: ${set.status} ${set.text}`);
  const { domains } = set.body;
  const confirmed = await world.platform.put(`${path}/confirmed-domains`, { domains });
  if (confirmed.status !== 200) throw new Error(`confirm: ${confirmed.status} ${confirmed.text}`);
  return { id, slug, path, owner };
}

/** What an owner sends to name a provider. */
export function connectionTo({
  issuer,
  clientId,
  clientSecret,
}: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'>) {
  const client = { client_id: clientId, client_secret: clientSecret };
  return { issuer, ...client, domains: [domain], default_role: 'member' };
}

/** Where a browser begins to sign in. */
export function entryOf(url: string, slug: string, page: Record<string, string> = {}): string {
  const query = new URLSearchParams({ organization: slug, ...page });
  return `${url}/v1/auth/sso?${query.toString()}`;
}

/** What a page at the end of a sign-in says, as an answer of the API. */
export function answerOf({ status, headers, text }: Page): Answer {
  const isJson = (headers.get('content-type') ?? '').includes('json');
  const body: Json = isJson ? JSON.parse(text) : text;
  return { status, headers, text, body };
}

/** Signs somebody in, in a browser of their own. */
export async function signIn(
  world: Pick<World, 'server'>,
  provider: OpenIdProvider,
  slug: string,
  login: string,
  browser = new Browser(),
): Promise<Answer> {
  return answerOf(await provider.signIn(browser, entryOf(world.server.url, slug), login));
}
