import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Access } from './catalogue.js';
import { actorOf, type Actor } from './actor.js';
import { tenantId, type CredentialState, type ProjectName } from './credential-state.js';
import type { Projects } from './effective-access.js';
import type { Call, Verdict } from './admission/call.js';
import type { Stamp } from './rights/stamp.js';
import type { RequestInfo } from './audit-trail/audit-event.js';

/**
 * The proof that a call was authenticated, decided and admitted. Services demand one, and repositories take
 * their organization and projects from it. Only the guard makes one for a call.
 */
export class Grant {
  private constructor(
    /** The call, to be decided again where rights have changed since it was admitted. */
    readonly call: Call,
    readonly state: CredentialState,
    /** The changes of rights that it was decided under. */
    readonly stamp: Stamp,
    /** The selected project, to which everything is narrowed. */
    readonly project: ProjectName | null,
    /** The effective access to the product that was asked for. */
    readonly access: Access,
    /** The projects that the call may reach. */
    readonly projects: Projects,
    /** True when the caller may reach only what its member owns. */
    readonly ownOnly: boolean,
  ) {}

  /** Called by the guard, after admission. */
  static of(call: Call, { state, stamp, decision, refusal }: Verdict): Grant {
    if (refusal) throw new Error('a refused call has no grant');
    const { project, access, projects, ownOnly } = decision.reach;
    return new Grant(call, state, stamp, project, access, projects, ownOnly);
  }

  get request(): RequestInfo {
    return this.call.request;
  }

  /** Whose rows the call works on: the organization, or the operator for a platform key. */
  get organizationId(): string {
    return tenantId(this.state);
  }

  get projectId(): string | null {
    return this.project?.id ?? null;
  }

  /** The member that calls, null for a platform key. */
  get memberId(): string | null {
    return this.state.owner?.memberId ?? null;
  }

  /** Whether the caller is the operator of the installation. */
  get isPlatform(): boolean {
    return this.state.credential.scope === 'platform';
  }

  get actor(): Actor {
    return actorOf(this.state);
  }
}

/** What the guard leaves on a request. */
export interface GrantedRequest {
  grant?: Grant;
}

/** Hands over the call's grant, or null where it was made without a credential. */
export const GrantedIfSignedIn = createParamDecorator(
  (_: unknown, context: ExecutionContext): Grant | null =>
    context.switchToHttp().getRequest<GrantedRequest>().grant ?? null,
);

/** Hands the call's grant to a route's handler. */
export const Granted = createParamDecorator((_: unknown, context: ExecutionContext): Grant =>
  grantOf(context.switchToHttp().getRequest<GrantedRequest>()),
);

/**
 * The grant of a call. A handler that is called very often takes it from its `@Req()`: any parameter of our own goes through
 * the pipe that checks bodies, which takes seven promises a call.
 */
export function grantOf({ grant }: GrantedRequest): Grant {
  if (!grant) throw new Error('the route is public: there is no grant');
  return grant;
}
