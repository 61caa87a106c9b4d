import { Module } from '@nestjs/common';
import { MembersModule } from '../members/index.js';
import { RolesModule } from '../roles/index.js';
import { UsersModule } from '../users/index.js';
import { AcceptingService } from './accepting.service.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { Senders } from './senders.js';

@Module({
  imports: [MembersModule, RolesModule, UsersModule],
  controllers: [InvitationsController],
  providers: [InvitationsService, AcceptingService, InvitationsRepository, Senders],
})
export class InvitationsModule {}
