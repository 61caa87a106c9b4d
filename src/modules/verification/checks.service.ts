import { Injectable, Logger } from '@nestjs/common';
import {
  TokenChecks,
  type Grant,
  type Refusal,
  type TokenQuestion,
  type Verdict,
} from '../../access/index.js';
import { ApiError, errorCatalogue } from '../../platform/http/api-error.js';
import type { CheckToken, TokenCheck } from './check.dto.js';

type Outcome = PromiseSettledResult<Verdict>;

/** Checks tokens for APIs that were called with them. */
@Injectable()
export class ChecksService {
  private readonly logger = new Logger('verification');

  constructor(private readonly checks: TokenChecks) {}

  /** Checks one token. What keeps the check from being recorded fails the call. */
  async check(grant: Grant, input: CheckToken): Promise<TokenCheck> {
    const [outcome] = await this.checks.check(grant, [questionOf(input)]);
    if (!outcome) throw new Error('a check has no outcome');
    if (outcome.status === 'rejected' && !isInvalidToken(outcome.reason)) throw outcome.reason;
    return this.view(outcome);
  }

  /** Checks tokens together. What keeps one check from being recorded is told of that one. */
  async checkAll(grant: Grant, inputs: readonly CheckToken[]): Promise<TokenCheck[]> {
    const outcomes = await this.checks.check(grant, inputs.map(questionOf));
    return outcomes.map((outcome) => this.view(outcome));
  }

  private view(outcome: Outcome): TokenCheck {
    if (outcome.status === 'fulfilled') return viewOf(outcome.value);
    if (isInvalidToken(outcome.reason)) return { ...refused({ code: 'invalid_token' }), ...nobody };
    this.logger.error({ err: outcome.reason as Error }, 'a check was not made');
    return { ...refused({ code: 'unavailable' }), ...nobody };
  }
}

function questionOf({ token, product, access, ip, ...project }: CheckToken): TokenQuestion {
  const { project_id: id, project_slug: slug } = project;
  const projects = [
    { where: 'body project_id', by: 'id', value: id?.toLowerCase() } as const,
    { where: 'body project_slug', by: 'slug', value: slug } as const,
  ].flatMap(({ value, ...place }) => (value === undefined ? [] : [{ ...place, value }]));
  return { token, product, access, projects, ip: ip ?? null };
}

function isInvalidToken(reason: unknown): boolean {
  return reason instanceof ApiError && reason.code === 'invalid_token';
}

function viewOf({ state, decision, refusal, rateLimit }: Verdict): TokenCheck {
  if (refusal?.code === 'invalid_token') return { ...refused(refusal), ...nobody };
  const { credential, owner, tenant } = state;
  const { project, access } = decision.reach;
  return {
    ...(refusal ? refused(refusal) : allowed),
    organization_id: tenant?.id ?? null,
    project_id: project?.id ?? null,
    member: owner && { id: owner.memberId, type: owner.type, name: owner.name },
    credential: { type: credential.type, id: credential.id, name: credential.name },
    access,
    rate_limit: rateLimit && {
      limit: rateLimit.limit,
      remaining: rateLimit.remaining,
      reset_seconds: rateLimit.resetSeconds,
    },
  };
}

type Answer = Pick<TokenCheck, 'valid' | 'code' | 'message'>;

const allowed: Answer = { valid: true, code: null, message: null };

function refused({ code, message, details = [] }: Refusal): Answer {
  const [, general] = errorCatalogue[code];
  const particular = details.map((detail) => `${detail.field} ${detail.message}.`).join(' ');
  return { valid: false, code, message: message ?? (particular || general) };
}

/** Of a token that is not in force nothing is told, like in any other refusal of one. */
const nobody: Omit<TokenCheck, keyof Answer> = {
  organization_id: null,
  project_id: null,
  member: null,
  credential: null,
  access: null,
  rate_limit: null,
};
