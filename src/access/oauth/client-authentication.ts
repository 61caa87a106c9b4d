import { Injectable } from '@nestjs/common';
import { isWellFormedToken } from '../../platform/crypto/token-format.js';
import { isId } from '../../platform/http/ids.js';
import { invalidClient } from '../../platform/http/oauth-error.js';
import { Guesses } from '../../platform/throttling/guesses.js';
import type { KnownCredential } from '../admission/call.js';
import type { RequestInfo } from '../audit-trail/audit-event.js';
import { Credentials } from '../credentials.js';
import { RefusedCallers } from '../refused-callers/refused-callers.js';
import type { ClientCredentials } from './client-credentials.js';

/** Finds the client that authenticates itself. Whether it is in force is for `decide()`, as with every credential. */
@Injectable()
export class ClientAuthentication {
  constructor(
    private readonly credentials: Credentials,
    private readonly guesses: Guesses,
    private readonly refusedCallers: RefusedCallers,
  ) {}

  /**
   * Gives the client's state. A wrong secret that has the form of one is recorded and counted by its address.
   *
   * @throws ApiError `invalid_client`, or `rate_limit_exceeded` past too many wrong secrets of one address
   */
  async authenticate(
    { clientId, secret }: ClientCredentials,
    request: RequestInfo,
  ): Promise<KnownCredential> {
    const id = clientId.toLowerCase();
    const known = await this.credentials.findClient(id, secret);
    if (known) return known;
    if (isWellFormedToken(secret)) {
      await this.guesses.wasWrong('client secret', request.ip);
      await this.refusedCallers.record({
        action: 'oauth_client.refused',
        code: 'invalid_credentials',
        claimed: { type: 'oauth_client', id: isId(id) ? id : null },
        request,
      });
    }
    throw invalidClient();
  }
}
