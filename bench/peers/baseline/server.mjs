// The usual way: Nest on Express, a guard, and a pool of connections to PostgreSQL.
import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import pg from 'pg';
import { decorate } from '../decorate.mjs';
import { ApiKeyGuard } from './guard.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

class AuthorizeController {
  authorize() {}
}
decorate(AuthorizeController, [Controller('authorize'), UseGuards(new ApiKeyGuard(pool))], {
  authorize: [Get()],
});

class AppModule {}
decorate(AppModule, [Module({ controllers: [AuthorizeController] })]);

const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
