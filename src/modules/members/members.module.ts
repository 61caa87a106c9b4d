import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { RolesModule } from '../roles/index.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { ProjectMembersController } from './project-members.controller.js';
import { ProjectMembersService } from './project-members.service.js';
import { RoleOffers } from './role-offers.js';
import { ServiceAccountsController } from './service-accounts.controller.js';
import { ServiceAccountsService } from './service-accounts.service.js';

@Module({
  imports: [ApiKeysModule, RolesModule],
  controllers: [MembersController, ServiceAccountsController, ProjectMembersController],
  providers: [
    MembersService,
    ServiceAccountsService,
    ProjectMembersService,
    MembersRepository,
    RoleOffers,
  ],
  exports: [MembersService, RoleOffers],
})
export class MembersModule {}
