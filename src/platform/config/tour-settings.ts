import { isWellFormedToken } from '../crypto/token-format.js';
import { missing, readVariable } from './read-settings.js';
import type { Setting } from './settings.js';

/** Where the tour goes, and with which key. */
export interface TourSettings {
  readonly url: string;
  readonly apiKey: string;
}

const latchkeyUrl: Setting<string> = {
  variable: 'LATCHKEY_URL',
  takes: 'the address of a running server, like http://127.0.0.1:3000',
  parse: (text) => (/^https?:\/\/[^/]+\/?$/.test(text) ? text.replace(/\/$/, '') : undefined),
};

const apiKey: Setting<string> = {
  variable: 'API_KEY',
  takes: 'the key that the server printed on its first start',
  parse: (text) => (isWellFormedToken(text) ? text : undefined),
};

/**
 * Reads what the tour needs to know.
 *
 * @throws SettingError
 */
export function readTourSettings(env: NodeJS.ProcessEnv): TourSettings {
  const url = readVariable(env, latchkeyUrl) ?? 'http://127.0.0.1:3000';
  const key = readVariable(env, apiKey);
  if (key === null) throw missing(apiKey, 'for the tour');
  return { url, apiKey: key };
}
