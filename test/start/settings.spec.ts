import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/platform/config/read-settings.js';
import { settingTable, type Settings } from '../../src/platform/config/settings.js';
import { mintToken } from '../../src/platform/crypto/token-format.js';

const pemOf = (type: 'ed25519' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
const [pem, otherPem] = [pemOf('ed25519'), pemOf('x25519')];
const rsaPem = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
const [rsa, shortRsa] = [rsaPem(2048), rsaPem(2047)];
const pepper = 'p'.repeat(32);
const platformKey = mintToken('sk');
const mistyped = `${platformKey.slice(0, -1)}${platformKey.endsWith('0') ? '1' : '0'}`;
const external = { DATABASE_URL: 'postgres://db/x', KEY_PEPPER: pepper, SIGNING_KEY: pem };

/** What a variable takes, as pairs of text and value, and what it refuses. */
interface Row<T> {
  readonly takes: readonly (readonly [text: string, value: T])[];
  readonly refuses: readonly string[];
}

const table: { readonly [Name in keyof Settings]-?: Row<NonNullable<Settings[Name]>> } = {
  port: {
    takes: [
      ['0', 0],
      ['65535', 65_535],
    ],
    refuses: ['65536', '-1', '80.5', '0x50', 'http', ' 80', '1e3'],
  },
  host: {
    takes: [
      ['0.0.0.0', '0.0.0.0'],
      ['::1', '::1'],
    ],
    refuses: ['http://127.0.0.1', 'a b', '127.0.0.1/8'],
  },
  publicUrl: {
    takes: [['https://auth.example.com/', 'https://auth.example.com']],
    refuses: [
      'latchkey.example',
      'ftp://a.example',
      'https://a.example/path',
      'https://a.example?query',
      'https://a.example#fragment',
      'https://me:pw@a.b',
    ],
  },
  databaseUrl: {
    takes: [['postgresql://db/latchkey', 'postgresql://db/latchkey']],
    refuses: ['mysql://db/latchkey', 'db:5432', 'nonsense'],
  },
  dataDir: { takes: [['/var/lib/latchkey', '/var/lib/latchkey']], refuses: [] },
  keyPeppers: {
    takes: [[`${pepper}, ${'q'.repeat(40)}`, [pepper, 'q'.repeat(40)]]],
    refuses: ['x'.repeat(31), `${pepper},short`, ','],
  },
  signingKeys: {
    takes: [
      [pem, [pem.trim()]],
      [pem.replaceAll('\n', '\\n'), [pem]],
      [Buffer.from(pem).toString('base64'), [pem]],
      [`${Buffer.from(pem).toString('base64')},${pem}`, [pem, pem.trim()]],
      [`${rsa},${pem}`, [rsa.trim(), pem.trim()]],
    ],
    refuses: [
      'not a key',
      otherPem,
      shortRsa,
      pem.slice(0, 60),
      Buffer.from('other').toString('base64'),
      `${pem},${otherPem}`,
      `${pem},`.repeat(2) + 'x',
    ],
  },
  bootstrapOwnerEmail: {
    takes: [['ada@example.com', 'ada@example.com']],
    refuses: ['ada', 'ada@', '@example.com', 'ada @example.com', 'ada@a@b', `${'a'.repeat(65)}@b`],
  },
  bootstrapOwnerPassword: {
    takes: [['x'.repeat(12), 'x'.repeat(12)]],
    refuses: ['x'.repeat(11), 'x'.repeat(129)],
  },
  bootstrapOrganization: {
    takes: [
      [' Acmé ', 'Acmé'],
      ['🔑'.repeat(100), '🔑'.repeat(100)],
    ],
    refuses: [' ', 'x'.repeat(101), 'Acme\tLtd'],
  },
  bootstrapPlatformKey: {
    takes: [[platformKey, platformKey]],
    refuses: [mistyped, 'sk_short', mintToken('other')],
  },
  products: {
    takes: [['uptime, status-pages', ['uptime', 'status-pages']]],
    refuses: ['Uptime', 'a', 'status_pages', 'uptime,-x', ','],
  },
  corsOrigins: {
    takes: [
      ['https://a.example,http://localhost:5173', ['https://a.example', 'http://localhost:5173']],
    ],
    refuses: ['*', 'a.example', 'https://a.example/path', 'https://a.example,*'],
  },
  signup: { takes: [['open', 'open']], refuses: ['Open', 'yes', 'true', '1'] },
  smtpUrl: {
    takes: [['smtps://me:pw@mail.example.com:465', 'smtps://me:pw@mail.example.com:465']],
    refuses: ['mail.acme.example', 'http://mail.acme.example', 'smtp://', 'smtp://a/path'],
  },
  mailFrom: {
    takes: [['keys@example.com', 'keys@example.com']],
    refuses: ['example.com', 'a@b@c', 'a <a@example.com>', 'a@example.com,b@example.com'],
  },
  apiKeyPrefix: {
    takes: [['acme', 'acme']],
    refuses: ['Acme', '1a', 'too_long', 'toolonger', 'cs', 'inv', 'rst', 'rt', 'sso', 'sk_'],
  },
  projectHeaderBrand: { takes: [['Phare', 'Phare']], refuses: ['X-Acme', '1a', 'a b', 'a:b'] },
  rateLimitPerMinute: { takes: [['600', 600]], refuses: ['0', '100001', '-1', 'many'] },
  auditRetentionDays: { takes: [['400', 400]], refuses: ['0', '36501', '-1', '1.5', 'for ever'] },
  trustedProxies: {
    takes: [['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']]],
    refuses: ['10.0.0.0/33', 'proxy.example.com', '10.1.1', '1', 'true'],
  },
  privateIssuers: {
    takes: [
      [
        'https://login.internal,http://localhost:8080',
        ['https://login.internal', 'http://localhost:8080'],
      ],
    ],
    refuses: ['login.example', 'https://login.example/realms/a', 'ftp://a.example'],
  },
  workers: { takes: [['4', 4]], refuses: ['0', '65', 'many'] },
  cachedCredentials: { takes: [['5000', 5000]], refuses: ['99', '10000001', 'all'] },
  logLevel: { takes: [['warn', 'warn']], refuses: ['loud', 'WARN'] },
};

const names = Object.keys(settingTable) as (keyof Settings)[];

function refusalOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('accepted');
}

describe.each(names.map((name) => [settingTable[name].variable, name] as const))(
  '%s',
  (variable, name) => {
    const { takes, refuses } = table[name];
    const base = variable === 'DATABASE_URL' ? external : {};

    it.each<readonly [string, unknown]>([...takes])('takes %j', (text, value) => {
      expect(readSettings({ ...base, [variable]: text })[name]).toEqual(value);
    });

    it.each(refuses)('refuses %j in one line that names the variable and what it takes', (text) => {
      const message = refusalOf({ ...base, [variable]: text });
      expect(message).toMatch(
        new RegExp(`^${variable} (is not valid: it takes|must start with) .+$`),
      );
      expect(text.length > 3 && message.includes(text)).toBe(false);
    });

    it('counts as not set when it is empty', () => {
      expect(readSettings({ [variable]: '' })[name]).toEqual(readSettings({})[name]);
    });
  },
);

describe('without DATABASE_URL', () => {
  it('nothing is required', () => {
    expect(readSettings({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: null,
      dataDir: './data',
      keyPeppers: null,
      signingKeys: null,
      bootstrapOwnerEmail: null,
      bootstrapOwnerPassword: null,
      bootstrapOrganization: 'My organization',
      bootstrapPlatformKey: null,
      products: ['uptime', 'status-pages', 'incidents'],
      corsOrigins: [],
      signup: 'closed',
      smtpUrl: null,
      mailFrom: null,
      apiKeyPrefix: 'sk',
      projectHeaderBrand: null,
      rateLimitPerMinute: 100,
      auditRetentionDays: null,
      trustedProxies: [],
      privateIssuers: [],
      workers: 1,
      cachedCredentials: 100_000,
      logLevel: 'info',
    });
  });
});

describe('with DATABASE_URL', () => {
  it('KEY_PEPPER and SIGNING_KEY are enough', () => {
    expect(readSettings(external)).toMatchObject({ keyPeppers: [pepper], products: [] });
  });

  it.each(['KEY_PEPPER', 'SIGNING_KEY'])('%s is required', (variable) => {
    expect(refusalOf({ ...external, [variable]: '' })).toMatch(
      new RegExp(`^${variable} is missing: with DATABASE_URL it is required and takes .+\\.$`),
    );
  });

  it('BOOTSTRAP_OWNER_EMAIL requires BOOTSTRAP_OWNER_PASSWORD', () => {
    expect(refusalOf({ ...external, BOOTSTRAP_OWNER_EMAIL: 'ada@example.com' })).toMatch(
      /^BOOTSTRAP_OWNER_PASSWORD is missing: .+ takes a password/,
    );
  });
});

it('a platform key must have the prefix of API_KEY_PREFIX', () => {
  const message = refusalOf({ API_KEY_PREFIX: 'acme', BOOTSTRAP_PLATFORM_KEY: platformKey });
  expect(message).toBe('BOOTSTRAP_PLATFORM_KEY must start with acme_ (API_KEY_PREFIX).');
});
