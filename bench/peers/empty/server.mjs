// An empty route: Nest on Fastify, nothing asked, nothing logged, 200 without a body.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { decorate } from '../decorate.mjs';

class AuthorizeController {
  authorize() {}
}
decorate(AuthorizeController, [Controller('authorize')], { authorize: [Get()] });

class AppModule {}
decorate(AppModule, [Module({ controllers: [AuthorizeController] })]);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
