import { BlockList, isIP } from 'node:net';
import { isWellFormedToken } from '../crypto/token-format.js';

/** What the server was told by its environment, checked and typed. Secrets are absent where they are to be generated. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly keyPeppers: readonly string[] | null;
  readonly signingKeys: readonly string[] | null;
  readonly bootstrapOwnerEmail: string | null;
  readonly bootstrapOwnerPassword: string | null;
  readonly bootstrapOrganization: string;
  readonly bootstrapPlatformKey: string | null;
  readonly products: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly signup: Signup;
  /** Where mail is handed over; null: none is sent. */
  readonly smtpUrl: string | null;
  /** Whom mail comes from; null: `latchkey@` the public host. */
  readonly mailFrom: string | null;
  readonly apiKeyPrefix: string;
  readonly projectHeaderBrand: string | null;
  readonly rateLimitPerMinute: number;
  /** How long audit events are kept at least; null: for ever. */
  readonly auditRetentionDays: number | null;
  readonly trustedProxies: readonly string[];
  /** Origins of identity providers that may be at private addresses or speak plain HTTP. */
  readonly privateIssuers: readonly string[];
  readonly workers: number;
  readonly cachedCredentials: number;
  readonly logLevel: LogLevel;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const signups = ['open', 'closed'] as const;
/** Whether strangers may register. */
export type Signup = (typeof signups)[number];

/** A variable of the environment: what it takes, in words for its reader, and how its text becomes a value. */
export interface Setting<T> {
  readonly variable: string;
  readonly takes: string;
  /** Gives the value, or `undefined` when the text is not what the variable takes. */
  readonly parse: (text: string) => T | undefined;
}

type SettingTable = { readonly [Name in keyof Settings]: Setting<NonNullable<Settings[Name]>> };

/** Slugs start with a letter and hold lower-case letters, digits and single hyphens, 2 to 48 characters. */
export const slugPattern = /^(?=.{2,48}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The one table of everything that can be set. */
export const settingTable: SettingTable = {
  port: {
    variable: 'PORT',
    takes: 'a whole number from 0 to 65535 (0: any free port)',
    parse: (text) => wholeNumber(text, 0, 65_535),
  },
  host: {
    variable: 'HOST',
    takes: 'an address or host name to listen on, like 127.0.0.1',
    parse: (text) => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined),
  },
  publicUrl: {
    variable: 'PUBLIC_URL',
    takes: 'the http(s) address that clients use, like https://auth.example.com',
    parse: (text) => origin(text, ['http:', 'https:']),
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    takes: 'a PostgreSQL address, like postgresql://user:password@host:5432/latchkey',
    parse: (text) => {
      const url = parsedUrl(text);
      return url && ['postgres:', 'postgresql:'].includes(url.protocol) ? text : undefined;
    },
  },
  dataDir: {
    variable: 'DATA_DIR',
    takes: 'the path of a folder for the embedded database',
    parse: (text) => text,
  },
  keyPeppers: {
    variable: 'KEY_PEPPER',
    takes: 'a random secret of 32 characters or more (several, comma-separated, current one first)',
    parse: (text) => list(text, (pepper) => (pepper.length >= 32 ? pepper : undefined)),
  },
  signingKeys: {
    variable: 'SIGNING_KEY',
    takes:
      'an Ed25519 private key, or an RSA one of 2048 bits or more, as PKCS#8 PEM, or that in base64 (several, comma-separated, current one first)',
    parse: (text) => list(text, pem),
  },
  bootstrapOwnerEmail: {
    variable: 'BOOTSTRAP_OWNER_EMAIL',
    takes: 'the e-mail address of the first owner',
    parse: (text) => (/^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,189}$/u.test(text) ? text : undefined),
  },
  bootstrapOwnerPassword: {
    variable: 'BOOTSTRAP_OWNER_PASSWORD',
    takes: 'a password of 12 to 128 characters',
    parse: (text) => (text.length >= 12 && text.length <= 128 ? text : undefined),
  },
  bootstrapOrganization: {
    variable: 'BOOTSTRAP_ORGANIZATION',
    takes: 'a name of 1 to 100 characters',
    parse: (text) => (/^\P{Cc}{1,100}$/u.test(text.trim()) ? text.trim() : undefined),
  },
  bootstrapPlatformKey: {
    variable: 'BOOTSTRAP_PLATFORM_KEY',
    takes: 'a key as `npm run key:generate` prints it',
    parse: (text) => (isWellFormedToken(text) ? text : undefined),
  },
  products: {
    variable: 'PRODUCTS',
    takes: 'slugs, comma-separated, like uptime,status-pages',
    parse: (text) => list(text, (slug) => (slugPattern.test(slug) ? slug : undefined)),
  },
  corsOrigins: {
    variable: 'CORS_ORIGINS',
    takes: 'origins, comma-separated, like https://app.example.com',
    parse: (text) => list(text, (entry) => origin(entry, ['http:', 'https:'])),
  },
  signup: {
    variable: 'SIGNUP',
    takes: `one of ${signups.join(', ')}`,
    parse: (text) => signups.find((signup) => signup === text),
  },
  smtpUrl: {
    variable: 'SMTP_URL',
    takes: 'the address of a mail server, like smtps://user:password@mail.example.com:465',
    parse: (text) => {
      const url = parsedUrl(text);
      const complete = url && url.hostname !== '' && ['', '/'].includes(url.pathname);
      return complete && ['smtp:', 'smtps:'].includes(url.protocol) ? text : undefined;
    },
  },
  mailFrom: {
    variable: 'MAIL_FROM',
    takes: 'the e-mail address that mail comes from',
    parse: (text) =>
      /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,189}$/.test(text) ? text : undefined,
  },
  apiKeyPrefix: {
    variable: 'API_KEY_PREFIX',
    takes: '1 to 8 lower-case letters or digits, starting with a letter',
    parse: (text) =>
      /^[a-z][a-z0-9]{0,7}$/.test(text) && !['cs', 'inv', 'rst', 'rt', 'sso', 'ssoc'].includes(text)
        ? text
        : undefined,
  },
  projectHeaderBrand: {
    variable: 'PROJECT_HEADER_BRAND',
    takes: 'letters and digits, like Phare (X-Phare-Project-Id)',
    parse: (text) => (/^[A-Za-z][A-Za-z0-9]{0,30}$/.test(text) ? text : undefined),
  },
  rateLimitPerMinute: {
    variable: 'RATE_LIMIT_PER_MINUTE',
    takes: 'a whole number from 1 to 100000',
    parse: (text) => wholeNumber(text, 1, 100_000),
  },
  auditRetentionDays: {
    variable: 'AUDIT_RETENTION_DAYS',
    takes: 'a whole number from 1 to 36500',
    parse: (text) => wholeNumber(text, 1, 36_500),
  },
  trustedProxies: {
    variable: 'TRUSTED_PROXIES',
    takes: 'addresses or networks, comma-separated, like 10.0.0.0/8,127.0.0.1',
    parse: (text) => list(text, (entry) => (isNetwork(entry) ? entry : undefined)),
  },
  privateIssuers: {
    variable: 'PRIVATE_ISSUERS',
    takes: 'origins, comma-separated, like https://login.internal',
    parse: (text) => list(text, (entry) => origin(entry, ['http:', 'https:'])),
  },
  workers: {
    variable: 'WORKERS',
    takes: 'a whole number from 1 to 64',
    parse: (text) => wholeNumber(text, 1, 64),
  },
  cachedCredentials: {
    variable: 'CACHED_CREDENTIALS',
    takes: 'a whole number from 100 to 10000000',
    parse: (text) => wholeNumber(text, 100, 10_000_000),
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    takes: `one of ${logLevels.join(', ')}`,
    parse: (text) => logLevels.find((level) => level === text),
  },
};

/** Tells whether a text is an IP address or a network in CIDR notation (RFC 4632, RFC 4291). */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  if (!/^\d{1,3}$/.test(bits)) return false;
  try {
    new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

function list<T>(text: string, parse: (entry: string) => T | undefined): readonly T[] | undefined {
  const entries = text.split(',').map((entry) => entry.trim());
  const values = entries.filter((entry) => entry !== '').map(parse);
  return values.includes(undefined) ? undefined : (values as T[]);
}

function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function origin(text: string, protocols: readonly string[]): string | undefined {
  const url = parsedUrl(text);
  const plain = url && url.pathname === '/' && !url.search && !url.hash && !url.username;
  return plain && protocols.includes(url.protocol) ? url.origin : undefined;
}

function pem(text: string): string | undefined {
  const decoded = text.includes('-----BEGIN')
    ? text.replaceAll('\\n', '\n')
    : Buffer.from(text, 'base64').toString('utf8');
  return decoded.includes('-----BEGIN PRIVATE KEY-----') ? decoded : undefined;
}
