import { createPrivateKey } from 'node:crypto';
import { StartError } from '../start-error.js';
import { settingTable, type Setting, type Settings } from './settings.js';

/** A variable is missing or wrong. The message is one line that names the variable and what it takes, never its value. */
class SettingError extends StartError {}

/**
 * Checks the environment and gives the settings.
 *
 * Without `DATABASE_URL` the server runs its own PostgreSQL: it then listens on loopback only and generates
 * what is secret; with it, `KEY_PEPPER` and `SIGNING_KEY` are required.
 *
 * @throws SettingError on the first variable that is wrong or missing
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const databaseUrl = readVariable(env, settingTable.databaseUrl);
  const embedded = databaseUrl === null;
  const settings: Settings = {
    port: readVariable(env, settingTable.port) ?? 3000,
    host: readVariable(env, settingTable.host) ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: readVariable(env, settingTable.publicUrl),
    databaseUrl,
    dataDir: readVariable(env, settingTable.dataDir) ?? './data',
    keyPeppers: readVariable(env, settingTable.keyPeppers),
    signingKeys: readVariable(env, settingTable.signingKeys),
    bootstrapOwnerEmail: readVariable(env, settingTable.bootstrapOwnerEmail),
    bootstrapOwnerPassword: readVariable(env, settingTable.bootstrapOwnerPassword),
    bootstrapOrganization:
      readVariable(env, settingTable.bootstrapOrganization) ?? 'My organization',
    bootstrapPlatformKey: readVariable(env, settingTable.bootstrapPlatformKey),
    products:
      readVariable(env, settingTable.products) ??
      (embedded ? ['uptime', 'status-pages', 'incidents'] : []),
    corsOrigins: readVariable(env, settingTable.corsOrigins) ?? [],
    signup: readVariable(env, settingTable.signup) ?? 'closed',
    smtpUrl: readVariable(env, settingTable.smtpUrl),
    mailFrom: readVariable(env, settingTable.mailFrom),
    apiKeyPrefix: readVariable(env, settingTable.apiKeyPrefix) ?? 'sk',
    projectHeaderBrand: readVariable(env, settingTable.projectHeaderBrand),
    rateLimitPerMinute: readVariable(env, settingTable.rateLimitPerMinute) ?? 100,
    auditRetentionDays: readVariable(env, settingTable.auditRetentionDays),
    trustedProxies: readVariable(env, settingTable.trustedProxies) ?? [],
    privateIssuers: readVariable(env, settingTable.privateIssuers) ?? [],
    workers: readVariable(env, settingTable.workers) ?? 1,
    cachedCredentials: readVariable(env, settingTable.cachedCredentials) ?? 100_000,
    logLevel: readVariable(env, settingTable.logLevel) ?? 'info',
  };
  checkTogether(settings);
  return settings;
}

/**
 * Checks one variable; null when it is not set.
 *
 * @throws SettingError
 */
export function readVariable<T>(env: NodeJS.ProcessEnv, setting: Setting<T>): T | null {
  const text = env[setting.variable];
  if (text === undefined || text === '') return null;
  const value = setting.parse(text);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) throw wrong(setting);
  return value;
}

function checkTogether(settings: Settings): void {
  if (settings.databaseUrl !== null) {
    if (settings.keyPeppers === null) throw missing(settingTable.keyPeppers, 'with DATABASE_URL');
    if (settings.signingKeys === null) throw missing(settingTable.signingKeys, 'with DATABASE_URL');
    if (settings.bootstrapOwnerEmail && !settings.bootstrapOwnerPassword)
      throw missing(settingTable.bootstrapOwnerPassword, 'with BOOTSTRAP_OWNER_EMAIL');
  }
  if (settings.signingKeys?.every(canSign) === false) throw wrong(settingTable.signingKeys);
  const prefix = `${settings.apiKeyPrefix}_`;
  if (settings.bootstrapPlatformKey && !settings.bootstrapPlatformKey.startsWith(prefix))
    throw new SettingError(`BOOTSTRAP_PLATFORM_KEY must start with ${prefix} (API_KEY_PREFIX).`);
}

/** By EdDSA or RS256. RSA keys that are shorter must not be used (RFC 7518, section 3.3). */
function canSign(pem: string): boolean {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(pem);
    return type === 'ed25519' || (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048);
  } catch {
    return false;
  }
}

function wrong(setting: Setting<unknown>): SettingError {
  return new SettingError(`${setting.variable} is not valid: it takes ${setting.takes}.`);
}

/** The error of a variable that is not set where it has to be. */
export function missing(setting: Setting<unknown>, when: string): SettingError {
  return new SettingError(
    `${setting.variable} is missing: ${when} it is required and takes ${setting.takes}.`,
  );
}
