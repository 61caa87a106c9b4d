import { Calls, type CallOptions, type CallsOptions } from './calls.js';
import { Connection, type ConnectionOptions } from './connection/connection.js';
import { Resources } from './generated/resources.gen.js';
import type { CheckToken, TokenCheck, TokenCheckResults } from './generated/types.gen.js';

/** Where Latchkey is and who calls it. */
export interface LatchkeyOptions extends ConnectionOptions, CallsOptions {}

/**
 * Latchkey's API: a property for each noun, a method for each of its calls.
 *
 * ```ts
 * const latchkey = new Latchkey({ url: 'https://auth.example.com', token: process.env.LATCHKEY_KEY });
 * const { secret } = await latchkey.apiKeys.create({ name: 'CI' });
 * for await (const key of latchkey.apiKeys.all({ status: 'active' })) console.log(key.name);
 * ```
 *
 * What is refused throws a {@link LatchkeyError}; no answer in time, a {@link LatchkeyUnreachable}.
 */
export class Latchkey extends Resources {
  private readonly calls: Calls;

  /** @throws TypeError when the url is none that can be called */
  constructor(options: LatchkeyOptions) {
    const calls = new Calls(new Connection(options), options);
    super(calls);
    this.calls = calls;
  }

  /**
   * Checks a token that somebody sent to you, with a platform key: may it do that, here, now? `valid` says so, else
   * `code` why not. It counts against the limit of the token's organization and stands in its audit log, with your
   * key as who asked.
   *
   * For calls by HTTP take a guard, which needs no platform key. This is for tokens that come another way.
   */
  verify(check: CheckToken, options?: CallOptions): Promise<TokenCheck> {
    return this.calls.send(
      { method: 'POST', path: '/v1/keys/verify', body: check, harmless: true },
      options,
    );
  }

  /** Checks 1 to 100 tokens together, each as {@link verify} does; the results come in the same order. */
  async verifyBatch(checks: readonly CheckToken[], options?: CallOptions): Promise<TokenCheck[]> {
    const { results } = await this.calls.send<TokenCheckResults>(
      { method: 'POST', path: '/v1/keys/verify/batch', body: { checks }, harmless: true },
      options,
    );
    return results;
  }
}
