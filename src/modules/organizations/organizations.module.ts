import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { MembersModule } from '../members/index.js';
import { UsersModule } from '../users/index.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';

@Module({
  imports: [ApiKeysModule, MembersModule, UsersModule],
  controllers: [OrganizationsController],
  providers: [OrganizationsService, OrganizationsRepository],
  exports: [OrganizationsService],
})
export class OrganizationsModule {}
