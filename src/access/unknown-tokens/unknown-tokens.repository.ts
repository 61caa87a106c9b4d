import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DedicatedConnection } from '../../platform/database/dedicated-connection.js';
import { unknownActor } from '../actor.js';
import { FreshEvents } from '../audit-chain/fresh-events.js';
import { keptUserAgent } from '../audit-trail/kept-user-agent.js';
import { operatorId } from '../credential-state.js';
import type { RefusedCalls } from './refused-calls.js';

const answerDeadlineMs = 1_500;
const lockTimeoutMs = 1_000;

/** Writes events into the operator's log, numbered under the lock of its gate. `$1` is a JSON array of them. */
const writeEvents = `
WITH event AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1) AS x(n int, count int, request_id uuid, request_method text,
    request_route text, request_ip text, request_user_agent text)
), numbered AS (
  UPDATE gate SET seq = seq + (SELECT count(*) FROM event), at = greatest(at, admission_clock())
  WHERE id = '${operatorId}'
  RETURNING seq - (SELECT count(*) FROM event) AS before, at
)
INSERT INTO audit_event (organization_id, seq, occurred_at, count, action, outcome, code, actor_type, actor_name,
  request_id, request_method, request_route, request_ip, request_user_agent)
SELECT '${operatorId}', before + n, at, count, 'unknown_token.used', 'denied', 'invalid_token',
  '${unknownActor.type}', '${unknownActor.name}',
  request_id, request_method, request_route, request_ip, request_user_agent
FROM event, numbered
RETURNING seq`;

/** Calls with unknown tokens, as the operator's audit log tells them. */
@Injectable()
export class UnknownTokensRepository implements OnApplicationShutdown {
  private readonly connection: DedicatedConnection;

  constructor(
    @Inject(CONFIG) { databaseUrl }: Config,
    private readonly fresh: FreshEvents,
  ) {
    const settings = { lock_timeout: String(lockTimeoutMs) };
    this.connection = new DedicatedConnection(databaseUrl, answerDeadlineMs, settings);
  }

  /** Writes one event for each, all of them or none. */
  async append(refused: readonly RefusedCalls[]): Promise<void> {
    const events = refused.map(({ request, count }, place) => ({
      n: place + 1,
      count,
      request_id: request.id,
      request_method: request.method,
      request_route: request.route,
      request_ip: request.ip,
      request_user_agent: keptUserAgent(request.userAgent),
    }));
    const values = [JSON.stringify(events)];
    this.fresh.mention(operatorId);
    const written = await this.connection.run('unknown_tokens', writeEvents, values);
    if (written.length !== events.length) throw new Error('the operator has no gate');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
