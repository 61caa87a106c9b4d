import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common';
import { Caller, RequireAccess, type AuthorizedCaller } from '@latchkey/nestjs';
import { Monitors, type Monitor } from './monitors.js';

@Controller('monitors')
export class MonitorsController {
  constructor(private readonly monitors: Monitors) {}

  /** The monitors of the caller's project. */
  @Get()
  @RequireAccess('uptime', 'read')
  list(@Caller() { projectId }: AuthorizedCaller): readonly Monitor[] {
    return this.monitors.of(projectId);
  }

  /** Adds a monitor to the caller's project. */
  @Post()
  @RequireAccess('uptime', 'read_write')
  create(@Caller() { projectId }: AuthorizedCaller, @Body('url') url: unknown): Monitor {
    if (typeof url !== 'string' || !URL.canParse(url))
      throw new BadRequestException('url must be an address');
    return this.monitors.add(projectId, url);
  }
}
