import { Injectable } from '@nestjs/common';
import { Changes, type Grant, type Recorder, type RequestInfo } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { MembersService } from '../members/index.js';
import { SessionView, type SessionTokens } from './session.dto.js';
import { SessionOpening } from './session-opening.js';
import { SessionsRepository, type SessionRow } from './sessions.repository.js';
import { provenPerson, signedInPerson } from './signed-in-person.js';

/** The sessions of people who are signed in. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly opening: SessionOpening,
    private readonly members: MembersService,
    private readonly changes: Changes,
    private readonly pages: Pages,
  ) {}

  /** Ends the session that the call is made with. */
  logout(grant: Grant): Promise<void> {
    const { sessionId } = signedInPerson(grant);
    return this.changes.run(grant, (record) => this.endOne(sessionId, record));
  }

  /**
   * Ends the session that the call is made with and opens one in another organization of the person.
   *
   * @throws ApiError `not_found` where they are no member; what the new session's calls would be refused with
   */
  async switch(grant: Grant, wanted: string): Promise<SessionTokens> {
    const { userId, sessionId, expiresAt } = provenPerson(grant);
    const id = wanted.toLowerCase();
    const organizationIds = [...new Set([grant.organizationId, id])];
    return this.changes.together({ organizationIds, userId }, async () => {
      const membership = await this.members.findMembership(userId, id);
      if (membership?.organization_id !== id) throw new ApiError('not_found');
      await this.changes.run(grant, (record) => this.endOne(sessionId, record));
      const secondFactor = await this.sessions.hasSecondFactor(sessionId);
      const { id: memberId, name } = membership;
      const { request } = grant;
      const by = { actor: { type: 'human', id: memberId, name } as const, request };
      return this.changes.runFor(by, id, async (record) => {
        const owner = { userId, memberId, organizationId: id };
        const how = { secondFactor, notAfter: expiresAt };
        const opened = await this.opening.open(owner, request, record, how);
        await this.opening.checkUsable(opened.id, userId, request);
        return opened.tokens;
      });
    });
  }

  /** The person's sessions that are in force. */
  list(grant: Grant, query: PageQuery): Promise<Page<SessionView>> {
    const person = signedInPerson(grant);
    return this.pages.read(
      `sessions ${person.userId} ${person.onlyIn}`,
      query,
      (slice) => this.sessions.list(person, slice),
      (row) => row.id,
      (row) => SessionView.of(row, person.sessionId),
    );
  }

  /** Ends one of the person's sessions; one that is over already stays so. */
  async end(grant: Grant, id: string): Promise<void> {
    const person = signedInPerson(grant);
    const found = await this.sessions.find(person, id);
    if (!found) throw new ApiError('not_found');
    const organizationIds = [...new Set([grant.organizationId, found.organization_id])];
    await this.changes.together({ organizationIds }, async () => {
      const session = await this.sessions.find(person, id);
      if (!session?.in_force) return;
      if (session.organization_id === grant.organizationId)
        await this.changes.run(grant, (record) => this.endOne(id, record));
      else await this.changes.run(grant, () => this.endElsewhere(session, grant.request));
    });
  }

  /** Ends all sessions of a person but one, within the change that is under way. */
  endAll(userId: string, except: string | null): Promise<ReadonlyMap<string, number>> {
    return this.sessions.endAll(userId, except);
  }

  /** Notes, within the change that is under way, that a second factor was shown in a session. */
  markSecondFactor(sessionId: string): Promise<void> {
    return this.sessions.markSecondFactor(sessionId);
  }

  /** Notes, within the change that is under way, that none of a person's sessions counts as opened with a second factor. */
  unmarkSecondFactor(userId: string): Promise<void> {
    return this.sessions.unmarkSecondFactor(userId);
  }

  /** Ends every session that single sign-on opened through a connection, within the change that is under way. */
  endOpenedThrough(connectionId: string): Promise<number> {
    return this.sessions.endOpenedThrough(connectionId);
  }

  /** Ends a session in another organization, which is told that its own member did it. */
  private endElsewhere(session: SessionRow, request: RequestInfo): Promise<void> {
    const { id, organization_id, member_id, member_name: name } = session;
    const by = { actor: { type: 'human', id: member_id, name } as const, request };
    return this.changes.runFor(by, organization_id, (record) => this.endOne(id, record));
  }

  private async endOne(id: string, record: Recorder): Promise<void> {
    await this.sessions.end(id);
    await record({ action: 'session.ended', target: { type: 'session', id } });
  }
}
