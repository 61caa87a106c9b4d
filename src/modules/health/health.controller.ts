import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { ApiError } from '../../platform/http/api-error.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { Health } from './health.dto.js';

const ok: Health = { status: 'ok' };

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  /** Answers as long as the process runs. */
  @Get('live')
  @Public()
  @Returns(200, Health)
  live(): Health {
    return ok;
  }

  /** Answers 200 when calls can be served: the database answers. */
  @Get('ready')
  @Public()
  @Returns(200, Health)
  @Fails('unavailable')
  async ready(): Promise<Health> {
    try {
      await this.database.rows('SELECT 1');
      return ok;
    } catch (cause) {
      throw new ApiError('unavailable', { cause });
    }
  }
}
