import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What the environment says to the command. */
export interface Environment {
  /** `LATCHKEY_URL`: where the server is. */
  readonly url: string | undefined;
  /** `LATCHKEY_TOKEN`: the credential to call with. */
  readonly token: string | undefined;
  /** The folder of the login file. */
  readonly configFolder: string;
  /** False with `NO_COLOR`. */
  readonly colours: boolean;
}

/**
 * Reads the environment. A file `.env` of the working folder is not read, as the server does: whoever wrote it could
 * say where credentials are sent.
 */
export function readEnvironment(): Environment {
  const { LATCHKEY_URL, LATCHKEY_TOKEN, XDG_CONFIG_HOME = '', NO_COLOR = '' } = process.env;
  // The XDG specification has relative paths ignored.
  const home = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homedir(), '.config');
  return {
    url: LATCHKEY_URL || undefined,
    token: LATCHKEY_TOKEN || undefined,
    configFolder: join(home, 'latchkey'),
    colours: NO_COLOR === '',
  };
}

/** Tells whether a text may be a credential: it goes into a header, and holds what is seen. */
export function isCredential(text: string): boolean {
  return /^[\u0021-\u007e]+$/.test(text);
}
