import { Body, Controller, Delete, Get, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  Granted,
  GrantedIfSignedIn,
  requestInfoOf,
  Requires,
  SignedInOrNot,
  type Grant,
} from '../../access/index.js';
import { IdParam } from '../../platform/http/ids.js';
import { PageQuery, type Page } from '../../platform/http/page.dto.js';
import { Fails, Returns, ReturnsPageOf } from '../../platform/http/returns.js';
import { LimitedPerAddress } from '../../platform/throttling/limited-per-address.js';
import { MemberView } from '../members/index.js';
import { AcceptingService } from './accepting.service.js';
import {
  AcceptInvitation,
  CreateInvitation,
  InvitationView,
  NewInvitationView,
} from './invitation.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('members')
@Controller('invitations')
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly accepting: AcceptingService,
  ) {}

  /** Lists the invitations to the organization, whatever has become of them. */
  @Get()
  @Requires('members', 'read', { organizationWide: true })
  @ReturnsPageOf(InvitationView)
  list(@Granted() grant: Grant, @Query() query: PageQuery): Promise<Page<InvitationView>> {
    return this.invitations.list(grant, query);
  }

  /**
   * Invites somebody by e-mail to become a member, with roles that you hold yourself.
   *
   * @remarks A server without `SMTP_URL` sends no mail: the answer then holds `token` and `url`, to be handed on. An
   * invitation is good for 7 days, and as long as whoever sent it could send it. `conflict` when somebody with the address is
   * a member or has a pending invitation, when 3 were sent there in 7 days, or 1,000 anywhere that nobody has accepted.
   */
  @Post()
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(201, NewInvitationView)
  @Fails('conflict', 'project_not_found')
  create(@Granted() grant: Grant, @Body() input: CreateInvitation): Promise<NewInvitationView> {
    return this.invitations.create(grant, input);
  }

  /** Takes an invitation back. One that has been accepted cannot be. */
  @Delete(':id')
  @Requires('members', 'read_write', { organizationWide: true })
  @Returns(204, null)
  @Fails('not_found', 'conflict')
  delete(@Granted() grant: Grant, @IdParam('id') id: string): Promise<void> {
    return this.invitations.delete(grant, id);
  }

  /**
   * Accepts an invitation, as a new person or as one who is known.
   *
   * @remarks Takes no credential. A new person chooses `name` and `password`. One who is known gives their present
   * `password`, or makes the call with a session of theirs. Nobody is signed in by it. `invalid_token` when the
   * invitation is unknown, expired, revoked or accepted, or when its sender could not send it any more.
   */
  @Post('accept')
  @SignedInOrNot()
  @LimitedPerAddress()
  @Returns(201, MemberView)
  @Fails('invalid_credentials', 'insufficient_permissions', 'conflict')
  accept(
    @GrantedIfSignedIn() grant: Grant | null,
    @Body() input: AcceptInvitation,
    @Req() request: FastifyRequest,
  ): Promise<MemberView> {
    return this.accepting.accept(grant, input, requestInfoOf(request));
  }
}
