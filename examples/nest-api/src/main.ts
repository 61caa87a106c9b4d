import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env['PORT'] ?? 4000, '127.0.0.1');
console.log(`nest-api listening on ${await app.getUrl()}`);
