import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { withoutSecrets } from '../../platform/http/shown-once.js';
import type { Grant, GrantedRequest } from '../grant.js';
import { IdempotentAnswersRepository, type RequestName } from './idempotent-answers.repository.js';

/**
 * Lets every POST be sent again: with the same `Idempotency-Key` within 24 hours it gets the first answer, with null
 * for what is shown once. The answer is kept in the transaction of the change itself, so that neither is without
 * the other.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly answers: IdempotentAnswersRepository,
    private readonly hasher: SecretHasher,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & GrantedRequest>();
    const key = request.headers['idempotency-key'];
    const { grant, method } = request;
    if (method !== 'POST' || !grant || key === undefined) return next.handle();
    const name = nameOf(grant, key);
    return from(this.once(name, this.hashOf(request, grant), next));
  }

  private once(name: RequestName, requestHash: Buffer, next: CallHandler): Promise<unknown> {
    return this.database.transaction(async () => {
      if (!(await this.answers.take(name)))
        throw conflict('A request with this Idempotency-Key is under way.');
      const kept = await this.answers.find(name);
      if (kept) {
        if (!kept.requestHash.equals(requestHash))
          throw conflict('This Idempotency-Key belongs to another request.');
        return kept.body;
      }
      const answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
      const body = withoutSecrets((answer ?? {}) as object);
      await this.answers.keep({ ...name, requestHash, body });
      return answer as unknown;
    });
  }

  /**
   * What makes a request the same: also the project, which a header may name. Keyed, since a body may hold a password, and
   * who reads a digest without a key guesses millions a second.
   */
  private hashOf({ method, url, body }: FastifyRequest, { projectId }: Grant): Buffer {
    const text = JSON.stringify([method, url, body ?? null, projectId]);
    return this.hasher.seal('idempotent request', text);
  }
}

function nameOf(grant: Grant, key: string | string[]): RequestName {
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw invalidField('header Idempotency-Key', 'must be 1 to 255 visible ASCII characters, once');
  const { organizationId, memberId, state } = grant;
  return { organizationId, actorId: memberId ?? state.credential.id, key };
}

function conflict(message: string): ApiError {
  return new ApiError('idempotency_conflict', { message });
}
