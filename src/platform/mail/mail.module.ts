import { Global, Module } from '@nestjs/common';
import { Mailer } from './mailer.js';

/** E-mail, for whoever has something to tell a person. */
@Global()
@Module({ providers: [Mailer], exports: [Mailer] })
export class MailModule {}
