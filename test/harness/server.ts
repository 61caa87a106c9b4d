import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { inject } from 'vitest';
import { AppModule } from '../../dist/src/app.module.js';
import { Installation, type FirstStart } from '../../dist/src/modules/installation/index.js';
import { PublicUrl, type Config } from '../../dist/src/platform/config/config.js';
import { createApplication } from '../../dist/src/platform/http/create-application.js';
import { databaseUrl, execute } from './database.js';

/** A running server on a database of its own, after its first start. */
export interface TestServer {
  readonly url: string;
  readonly config: Config;
  /** What it signs access tokens with. */
  readonly signingKey: string;
  /** The owner's and the operator's first credentials. */
  readonly first: { readonly [Name in keyof Required<FirstStart>]: string };
  /** Runs one statement on the server's database. */
  sql<Row extends object>(statement: string, parameters?: unknown[]): Promise<Row[]>;
  /** Starts another instance on the same database, if need be by another way, and says where it listens. */
  sibling(databaseUrl?: string): Promise<Sibling>;
  close(): Promise<void>;
}

/** Another instance, which ends with the server unless it is ended before. */
export interface Sibling {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a server as it is built in `dist`, on a copy of the template database and a free port. Its limit is far away
 * unless the test sets one.
 */
export async function startServer(overrides: Partial<Config> = {}): Promise<TestServer> {
  const templateUrl = inject('templateUrl');
  const template = new URL(templateUrl).pathname.slice(1);
  const name = `latchkey_test_${randomBytes(6).toString('hex')}`;
  const administration = databaseUrl(templateUrl, 'postgres');
  await execute(administration, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-server-'));
  const config = {
    ...defaults(),
    dataDir,
    databaseUrl: databaseUrl(templateUrl, name),
    ...overrides,
  };
  const server = await listen(config);
  const first = (await server.app.get(Installation).prepare()) as TestServer['first'];
  const siblings = new Set<Listening>();
  return {
    url: server.url,
    config,
    signingKey: config.signingKeys[0] ?? '',
    first,
    sql: (statement, parameters) => execute(config.databaseUrl, statement, parameters),
    sibling: async (otherUrl) => {
      const sibling = await listen({
        ...config,
        publicUrl: server.url,
        databaseUrl: otherUrl ?? config.databaseUrl,
      });
      siblings.add(sibling);
      return {
        url: sibling.url,
        close: async () => {
          siblings.delete(sibling);
          await sibling.app.close();
        },
      };
    },
    close: async () => {
      await Promise.all([server, ...siblings].map(({ app }) => app.close()));
      await execute(administration, `DROP DATABASE ${name} WITH (FORCE)`);
      await rm(dataDir, { recursive: true });
    },
  };
}

/** A key to sign access tokens with, by EdDSA or RS256. */
export function newSigningKey(type: 'ed25519' | 'rsa' = 'ed25519'): string {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

interface Listening {
  readonly app: NestFastifyApplication;
  readonly url: string;
}

async function listen(config: Config): Promise<Listening> {
  const app = await createApplication(AppModule, config);
  await app.listen(0, config.host);
  const url = await app.getUrl();
  app.get(PublicUrl).settle(url);
  return { app, url };
}

function defaults(): Omit<Config, 'databaseUrl' | 'dataDir'> {
  return {
    port: 0,
    host: '127.0.0.1',
    publicUrl: null,
    embedded: true,
    keyPeppers: [randomBytes(32).toString('base64url')],
    signingKeys: [newSigningKey()],
    bootstrapOwnerEmail: null,
    bootstrapOwnerPassword: null,
    bootstrapOrganization: 'Acme',
    bootstrapPlatformKey: null,
    products: ['uptime', 'status-pages', 'incidents'],
    corsOrigins: [],
    signup: 'closed',
    smtpUrl: null,
    mailFrom: null,
    apiKeyPrefix: 'sk',
    projectHeaderBrand: null,
    rateLimitPerMinute: 100_000,
    auditRetentionDays: null,
    trustedProxies: [],
    privateIssuers: [],
    workers: 1,
    cachedCredentials: 10_000,
    logLevel: 'silent',
  };
}
