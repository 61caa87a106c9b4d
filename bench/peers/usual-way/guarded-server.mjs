import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { decorate } from '../decorate.mjs';

/** Serves an empty route behind a guard, with Nest on Express, and says where. */
export async function serveGuarded(guard) {
  class AuthorizeController {
    authorize() {}
  }
  decorate(AuthorizeController, [Controller('authorize'), UseGuards(guard)], {
    authorize: [Get()],
  });

  class AppModule {}
  decorate(AppModule, [Module({ controllers: [AuthorizeController] })]);

  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  console.log(`listening on ${await app.getUrl()}`);
}
