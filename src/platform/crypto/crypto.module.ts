import { Global, Module } from '@nestjs/common';
import { CONFIG, PublicUrl, type Config } from '../config/config.js';
import { AccessTokens } from './access-tokens.js';
import { Passwords } from './passwords.js';
import { SecretCipher } from './secret-cipher.js';
import { SecretHasher } from './secret-hasher.js';

/** Everything that is made with the server's secrets. */
@Global()
@Module({
  providers: [
    Passwords,
    {
      provide: SecretHasher,
      inject: [CONFIG],
      useFactory: (config: Config) => new SecretHasher(config.keyPeppers),
    },
    {
      provide: SecretCipher,
      inject: [CONFIG],
      useFactory: (config: Config) => new SecretCipher(config.keyPeppers),
    },
    {
      provide: AccessTokens,
      inject: [CONFIG, PublicUrl],
      useFactory: (config: Config, url: PublicUrl) =>
        new AccessTokens(config.signingKeys, () => url.value),
    },
  ],
  exports: [Passwords, SecretHasher, SecretCipher, AccessTokens],
})
export class CryptoModule {}
