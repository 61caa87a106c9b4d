import { Module } from '@nestjs/common';
import { MembersModule } from '../members/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { RolesModule } from '../roles/index.js';
import { SessionsModule } from '../sessions/index.js';
import { UsersModule } from '../users/index.js';
import { ConnectionPepperCheck } from './connection-pepper-check.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { ExpiredSignInsSweep } from './expired-sign-ins-sweep.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentitiesService } from './identities.service.js';
import { IdentityProviders } from './identity-providers.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';
import { SignInsRepository } from './sign-ins.repository.js';

@Module({
  imports: [MembersModule, OrganizationsModule, RolesModule, SessionsModule, UsersModule],
  controllers: [ConnectionsController, SignInController],
  providers: [
    ConnectionsService,
    SignInService,
    IdentitiesService,
    IdentityProviders,
    ConnectionsRepository,
    IdentitiesRepository,
    SignInsRepository,
    ExpiredSignInsSweep,
    ConnectionPepperCheck,
  ],
})
export class SingleSignOnModule {}
