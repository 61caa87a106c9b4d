import { Injectable } from '@nestjs/common';
import { Admission } from './admission/admission.js';
import type { Call, Verdict } from './admission/call.js';
import { askedFor } from './asked-requirement.js';
import type { RequestInfo } from './audit-trail/audit-event.js';
import { Credentials } from './credentials.js';
import type { Grant } from './grant.js';
import type { ProductAccess } from './refusal.js';
import { RefusedCallers } from './refused-callers/refused-callers.js';
import type { ProjectReference } from './select-project.js';

/** What is asked of a token that somebody else called with. */
export interface TokenQuestion extends ProductAccess {
  readonly token: string;
  /** Every place of the question that names a project. */
  readonly projects: readonly ProjectReference[];
  /** The address that the token was used from; null when that is not known. */
  readonly ip: string | null;
}

/** Checks the tokens that others were called with, as if each call had been made here. */
@Injectable()
export class TokenChecks {
  constructor(
    private readonly credentials: Credentials,
    private readonly refusedCallers: RefusedCallers,
    private readonly admission: Admission,
  ) {}

  /**
   * Answers each question by itself, in their order: a verdict, or rejected with an ApiError `invalid_token` where nothing
   * known stands behind the token, and `unavailable` where the check cannot be recorded.
   *
   * @param grant of whoever asks, and is told as the actor
   */
  check(
    grant: Grant,
    questions: readonly TokenQuestion[],
  ): Promise<readonly PromiseSettledResult<Verdict>[]> {
    return this.admission.admitTogether(questions.map((question) => this.call(grant, question)));
  }

  private async call(grant: Grant, question: TokenQuestion): Promise<Call> {
    const { token, product, access, projects, ip } = question;
    const request: RequestInfo = { ...grant.request, ip: ip ?? grant.request.ip };
    const credential = await this.credentials.find(token);
    if (!credential) throw await this.refusedCallers.unknownToken(token, request);
    const requirement = askedFor(product, access);
    return { credential, requirement, malformed: null, projects, ip, actor: grant.actor, request };
  }
}
