import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from '../../dist/src/access/index.js';
import { AppModule } from '../../dist/src/app.module.js';
import { createApplication } from '../../dist/src/platform/http/create-application.js';
import { startServer, type TestServer } from '../harness/server.js';

@Controller('undeclared')
class UndeclaredController {
  @Get()
  @Public()
  declared(): void {}

  @Get('forgotten')
  forgotten(): void {}
}

@Controller('declared')
class DeclaredController {
  @Get()
  @Public()
  declared(): void {}
}

@Module({ imports: [AppModule], controllers: [UndeclaredController] })
class UndeclaredModule {}

@Module({ imports: [AppModule], controllers: [DeclaredController] })
class DeclaredModule {}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

describe('a route that declares no access', () => {
  it('keeps the server from booting, which names it', async () => {
    await expect(boot(UndeclaredModule)).rejects.toThrow(
      'UndeclaredController.forgotten (GET) declares no access',
    );
  });

  it('is all that is wrong: with access declared the same server boots', async () => {
    await expect(boot(DeclaredModule)).resolves.toBeUndefined();
  });
});

async function boot(root: Parameters<typeof createApplication>[0]): Promise<void> {
  const app = await createApplication(root, server.config);
  try {
    await app.init();
  } finally {
    await app.close();
  }
}
