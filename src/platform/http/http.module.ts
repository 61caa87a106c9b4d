import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ErrorLog } from '../logging/error-log.js';
import { ErrorFilter } from './error.filter.js';
import { OutgoingCalls } from './outgoing-calls.js';
import { Pages } from './pages.js';
import { createValidationPipe } from './validation.js';

/** What every route has in common: checked input, pages, and one form of refusal. */
@Global()
@Module({
  providers: [
    Pages,
    OutgoingCalls,
    ErrorLog,
    { provide: APP_FILTER, useClass: ErrorFilter },
    { provide: APP_PIPE, useFactory: createValidationPipe },
  ],
  exports: [Pages, OutgoingCalls],
})
export class HttpModule {}
