import 'reflect-metadata';
import { All, Controller, Get, Post, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  Caller,
  LatchkeyModule,
  Public,
  RequireAccess,
  type AuthorizedCaller,
  type LatchkeyModuleOptions,
} from '@latchkey/nestjs';
import type { ProtectedApp } from './protected-app.js';

@Controller()
class MonitorsController {
  @Get('monitors')
  @RequireAccess('uptime', 'read')
  list(@Caller() caller: AuthorizedCaller): AuthorizedCaller {
    return caller;
  }

  @Post('monitors')
  @RequireAccess('uptime', 'read_write')
  create(@Caller() caller: AuthorizedCaller): AuthorizedCaller {
    return caller;
  }

  @All('any')
  @RequireAccess('uptime')
  any(@Caller() caller: AuthorizedCaller): AuthorizedCaller {
    return caller;
  }

  @Get('projects/:project/monitors')
  @RequireAccess('uptime', 'read', { projectParam: 'project' })
  listOf(@Caller() caller: AuthorizedCaller): AuthorizedCaller {
    return caller;
  }
}

/** A class that declares the access of its routes, save of one. */
@Controller('class')
@RequireAccess('incidents', 'read')
class DeclaredController {
  @Get('declared')
  declared(): string {
    return 'for readers of incidents';
  }

  @Get('open')
  @Public()
  open(): string {
    return 'for everybody';
  }
}

@Controller()
class UndeclaredController {
  @Get('undeclared')
  undeclared(): string {
    return 'nobody thought of it';
  }

  @Get('nobody')
  @Public()
  nobody(@Caller() caller: AuthorizedCaller): AuthorizedCaller {
    return caller;
  }
}

const startNest =
  (newAdapter: () => ExpressAdapter | FastifyAdapter) =>
  async (options: LatchkeyModuleOptions): Promise<ProtectedApp> => {
    const app: INestApplication = await NestFactory.create(
      {
        module: class {},
        imports: [LatchkeyModule.forRootAsync({ useFactory: () => Promise.resolve(options) })],
        controllers: [MonitorsController, DeclaredController, UndeclaredController],
      },
      newAdapter(),
      { logger: false },
    );
    await app.listen(0, '127.0.0.1');
    return { url: await app.getUrl(), close: () => app.close() };
  };

/** A Nest application on Express. */
export const startNestOnExpress = startNest(() => new ExpressAdapter());

/** A Nest application on Fastify. */
export const startNestOnFastify = startNest(() => new FastifyAdapter());
