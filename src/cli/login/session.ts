import { Latchkey, LatchkeyUnreachable, type SessionTokens } from '@latchkey/sdk';
import { Failure } from '../terminal/failure.js';
import type { Login, LoginFile, SessionCredential } from './login-file.js';

/** A login by a session. */
export type SessionLogin = Login & { readonly credential: SessionCredential };

/** An access token that ends sooner is not begun with. */
const marginMs = 10_000;

/** How long one attempt to refresh may take. */
const attemptMs = 15_000;

/**
 * Gives the access token of a session, and a new one when it has expired.
 *
 * A refresh token is good once, and one that comes again ends the session. So commands that run at the same time refresh
 * one after the other, and each looks first whether another has done it.
 */
export class SessionKeeper {
  constructor(
    private login: SessionLogin,
    private readonly file: LoginFile,
    /** Calls the login's server without a credential. */
    private readonly server: Latchkey,
  ) {}

  /** @throws Failure when the session is over, or another login has taken its place */
  async token(): Promise<string> {
    if (!isFresh(this.login))
      this.login = await this.file.exclusively(() => this.storedOrRefreshed());
    return this.login.credential.access_token;
  }

  private async storedOrRefreshed(): Promise<SessionLogin> {
    const stored = await this.file.read();
    if (!stored || !isSession(stored) || stored.since !== this.login.since)
      throw new Failure('The login has changed meanwhile: try again.');
    if (isFresh(stored)) return stored;
    const tokens = await this.refresh(stored.credential.refresh_token);
    const refreshed = { ...stored, credential: credentialOf(tokens) };
    await this.file.write(refreshed);
    return refreshed;
  }

  /** Where the answer is lost, the same token is answered with the same successor for some seconds. */
  private async refresh(refresh_token: string): Promise<SessionTokens> {
    const attempt = () => this.server.sessions.refresh({ refresh_token }, { timeoutMs: attemptMs });
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof LatchkeyUnreachable) return attempt();
      throw error;
    }
  }
}

export function isSession(login: Login): login is SessionLogin {
  return login.credential.type === 'session';
}

/** What is kept of a session's tokens. */
export function credentialOf(tokens: SessionTokens): SessionCredential {
  const { access_token, refresh_token, expires_in } = tokens;
  if (access_token === null || refresh_token === null)
    throw new Failure('The tokens of the session got lost on their way: log in again.');
  const expires_at = new Date(Date.now() + expires_in * 1000).toISOString();
  return { type: 'session', access_token, expires_at, refresh_token };
}

function isFresh({ credential }: SessionLogin): boolean {
  return Date.parse(credential.expires_at) - Date.now() > marginMs;
}
