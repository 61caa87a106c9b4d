import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PartitionsRepository, Public } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { Health } from './health.dto.js';

const ok: Health = { status: 'ok' };

/** How long before the audit log has no place left its operator is to know. */
const daysAhead = 7;

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly partitions: PartitionsRepository) {}

  /** Answers as long as the process runs. */
  @Get('live')
  @Public()
  @Returns(200, Health)
  live(): Health {
    return ok;
  }

  /** Answers 200 when calls can be served: the database answers, and the audit log has a place for the next 7 days. */
  @Get('ready')
  @Public()
  @Returns(200, Health)
  @Fails('unavailable')
  async ready(): Promise<Health> {
    try {
      if (await this.partitions.cover(daysAhead)) return ok;
    } catch (cause) {
      throw new ApiError('unavailable', { cause });
    }
    throw new ApiError('unavailable', { cause: new Error('partitions are missing') });
  }
}
