import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Granted, SignedIn, type Grant } from '../../access/index.js';
import { Fails, Returns } from '../../platform/http/returns.js';
import { Me } from './me.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('who am I')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** Tells whom the credential acts for and what it may do. Works for every valid credential. */
  @Get('me')
  @SignedIn()
  @Returns(200, Me)
  @Fails('project_not_found', 'insufficient_permissions')
  me(@Granted() grant: Grant): Promise<Me> {
    return this.users.describe(grant);
  }
}
