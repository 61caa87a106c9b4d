import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { SecretHasher, type StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { mintToken, tokenPrefix } from '../../platform/crypto/token-format.js';

/** A new secret: what is shown once, what is shown always, and what is stored. */
export interface MintedSecret {
  readonly secret: string;
  readonly prefix: string;
  readonly stored: StoredSecret;
}

/** Makes the secrets of keys. */
@Injectable()
export class KeyMint {
  constructor(
    private readonly hasher: SecretHasher,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes a secret, or takes one that the operator made. */
  mint(secret: string = mintToken(this.config.apiKeyPrefix)): MintedSecret {
    return { secret, prefix: tokenPrefix(secret), stored: this.hasher.store(secret) };
  }
}
