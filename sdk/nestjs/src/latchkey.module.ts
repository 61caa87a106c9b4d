import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { LatchkeyGuard } from './latchkey.guard.js';
import { latchkeyOptions, type LatchkeyModuleOptions } from './options.js';

/** How the options are made once the application is composed, from a configuration service for example. */
export interface LatchkeyModuleAsyncOptions {
  readonly imports?: DynamicModule['imports'];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<LatchkeyModuleOptions>['useFactory'];
}

/** Guards every route of an application by what it declares. Import it once, in the root module. */
@Module({})
export class LatchkeyModule {
  static forRoot(options: LatchkeyModuleOptions): DynamicModule {
    return LatchkeyModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({
    imports = [],
    inject = [],
    useFactory,
  }: LatchkeyModuleAsyncOptions): DynamicModule {
    return {
      module: LatchkeyModule,
      imports,
      providers: [
        { provide: latchkeyOptions, inject, useFactory },
        { provide: APP_GUARD, useClass: LatchkeyGuard },
      ],
    };
  }
}
