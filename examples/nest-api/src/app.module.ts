import { Controller, Get, Module } from '@nestjs/common';
import { LatchkeyModule, Public } from '@latchkey/nestjs';
import { MonitorsController } from './monitors.controller.js';
import { Monitors } from './monitors.js';

/** For whoever looks whether the program runs. */
@Controller('health')
class HealthController {
  @Get()
  @Public()
  health(): { status: string } {
    return { status: 'ok' };
  }
}

@Module({
  imports: [
    LatchkeyModule.forRootAsync({
      useFactory: () => ({
        url: process.env['LATCHKEY_URL'] ?? 'http://127.0.0.1:3000',
        denyByDefault: true,
      }),
    }),
  ],
  controllers: [MonitorsController, HealthController],
  providers: [Monitors],
})
export class AppModule {}
