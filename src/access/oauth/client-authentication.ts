import { Injectable } from '@nestjs/common';
import { isWellFormedToken } from '../../platform/crypto/token-format.js';
import { invalidClient } from '../../platform/http/oauth-error.js';
import { FailedGuesses } from '../../platform/throttling/failed-guesses.js';
import type { KnownCredential } from '../admission/call.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';
import { Credentials } from '../credentials.js';
import { UnknownTokens } from '../unknown-tokens/unknown-tokens.js';
import type { ClientCredentials } from './client-credentials.js';

/** Finds the client that authenticates itself. Whether it is in force is for `decide()`, as with every credential. */
@Injectable()
export class ClientAuthentication {
  constructor(
    private readonly credentials: Credentials,
    private readonly guesses: FailedGuesses,
    private readonly unknownTokens: UnknownTokens,
  ) {}

  /**
   * Gives the client's state. A wrong secret that has the form of one is counted by its address and recorded.
   *
   * @throws ApiError `invalid_client`, or `rate_limit_exceeded` past too many wrong secrets of one address
   */
  async authenticate(
    { clientId, secret }: ClientCredentials,
    request: RequestInfo,
  ): Promise<KnownCredential> {
    const known = await this.credentials.findClient(clientId.toLowerCase(), secret);
    if (known) return known;
    if (isWellFormedToken(secret)) {
      await this.guesses.count('client secret', request.ip);
      await this.unknownTokens.record(request);
    }
    throw invalidClient();
  }
}
