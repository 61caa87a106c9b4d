import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CONFIG, PublicUrl, type Config } from './config.js';

/** Hands the configuration to whoever asks for it. */
@Global()
@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: PublicUrl, useValue: new PublicUrl(config) },
      ],
      exports: [CONFIG, PublicUrl],
    };
  }
}
