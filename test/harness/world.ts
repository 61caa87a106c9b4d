import { randomBytes, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { builtInRoles, type RoleLevel } from '../../dist/src/access/index.js';
import { Passwords } from '../../dist/src/platform/crypto/passwords.js';
import { emailKey } from '../../dist/src/modules/users/index.js';
import { Client, type Json } from './client.js';
import { startServer, type TestServer } from './server.js';

/** The password of every human that a world makes. */
export const password = 'a password for tests only';

/** A server with clients for its owner and its operator, and short ways to what a test needs around its subject. */
export class World {
  private constructor(
    readonly server: TestServer,
    /** The owner's organization-scoped key. */
    readonly owner: Client,
    /** The operator's platform key. */
    readonly platform: Client,
    readonly organizationId: string,
    readonly ownerId: string,
  ) {}

  static async start(overrides: Parameters<typeof startServer>[0] = {}): Promise<World> {
    const server = await startServer(overrides);
    const owner = new Client(server, server.first.apiKey);
    const { body: me } = await owner.get('/users/me');
    const platform = new Client(server, server.first.platformKey);
    return new World(server, owner, platform, me.organization.id, me.id);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** A client with another token, or with none. */
  client(token: string | null): Client {
    return new Client(this.server, token);
  }

  /** A caller without a credential, from an address of its own where the server trusts 127.0.0.1 to tell it. */
  stranger(address = someAddress()): Client {
    return this.client(null).with({ 'x-forwarded-for': address });
  }

  /** Makes something and gives it, or fails with the refusal. */
  async created(path: string, body: object, by: Client = this.owner): Promise<Json> {
    const answer = await by.post(path, body);
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  project(name = `Project ${randomUUID()}`): Promise<Json> {
    return this.created('/projects', { name });
  }

  /** A service account with a role in the organization and roles in projects, by project id. */
  serviceAccount(role = 'member', projects: Record<string, string> = {}): Promise<Json> {
    const held = Object.entries(projects).map(([project_id, name]) => ({ project_id, role: name }));
    return this.created('/service-accounts', { name: 'Bot', role, projects: held });
  }

  /**
   * Changes by SQL what no call can change (yet, or so soon). The number of every organization's last change moves on,
   * so that no instance goes on deciding by what it remembers.
   */
  async rewrite<Row extends object>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    const rows = await this.server.sql<Row>(statement, parameters);
    await this.server.sql('UPDATE gate SET version = version + 1');
    return rows;
  }

  /** Clients of so many instances on the world's database, the first of them the world's own. */
  async instances(count: number): Promise<((token: string) => Client)[]> {
    const urls = [this.server.url];
    while (urls.length < count) urls.push((await this.server.sibling()).url);
    return urls.map((url) => (token) => new Client({ url }, token));
  }

  /** A key, made by the owner, and a client that uses it. */
  async key(input: object = {}): Promise<{ key: Json; client: Client }> {
    const key = await this.created('/api-keys', { name: 'Key', ...input });
    return { key, client: this.client(key.secret) };
  }

  /** A human member, who could have been invited, with the password of all. */
  async human(
    role = 'member',
    organizationId = this.organizationId,
  ): Promise<{ id: string; email: string }> {
    const { id, userId } = { id: v7(), userId: v7() };
    const email = `human-${randomUUID()}@example.com`;
    hash ??= new Passwords().hash(password);
    await this.server.sql('INSERT INTO gate (id) VALUES ($1)', [userId]);
    await this.server.sql(
      `INSERT INTO user_account (id, email, email_key, name, password_hash) VALUES ($1, $2, $3, 'Human', $4)`,
      [userId, email, emailKey(email), await hash],
    );
    await this.server.sql(
      `INSERT INTO member (id, organization_id, type, user_id, name, role_id) VALUES ($1, $2, 'human', $3, 'Human', $4)`,
      [id, organizationId, userId, builtInRoleId('organization', role)],
    );
    return { id, email };
  }

  /** The tokens of a new session of a human. */
  async signIn(email: string): Promise<Json> {
    const { body, status, text } = await this.stranger().post('/auth/login', { email, password });
    if (status !== 200) throw new Error(`login: ${status} ${text}`);
    return body;
  }

  /** A client with the session of a human. */
  async session(email: string): Promise<Client> {
    return this.client((await this.signIn(email)).access_token);
  }

  /** Another organization, and a client with its owner's organization-scoped key. */
  async otherOrganization(): Promise<{ id: string; owner: Client; ownerId: string }> {
    const other = await this.created(
      '/organizations',
      { name: 'Other', owner_email: `other-${randomUUID()}@example.com` },
      this.platform,
    );
    const human = await this.human('owner', other.id);
    const session = await this.session(human.email);
    const key = await this.created('/api-keys', { name: 'Key' }, session);
    return { id: other.id, owner: this.client(key.secret), ownerId: human.id };
  }
}

/** Logins are limited by address; behind a trusted proxy each may have its own, in a network of its own. */
export function someAddress(): string {
  return `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;
}

let hash: Promise<string> | undefined;

function builtInRoleId(level: RoleLevel, name: string): string {
  const role = builtInRoles.find(
    (candidate) => candidate.level === level && candidate.name === name,
  );
  if (!role) throw new Error(`no built-in role ${name}`);
  return role.id;
}
