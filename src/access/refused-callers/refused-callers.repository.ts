import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DedicatedConnection } from '../../platform/database/dedicated-connection.js';
import { unknownActor } from '../actor.js';
import { FreshEvents } from '../audit-chain/fresh-events.js';
import { keptText } from '../audit-trail/kept-text.js';
import { operatorId } from '../credential-state.js';
import type { RefusedCallers } from './told-together.js';

const answerDeadlineMs = 1_500;
const lockTimeoutMs = 1_000;

/** Finds the organization of whoever the caller `c` says to be; none where that is nobody known. */
const organizationOf = `CASE c.target_type
  WHEN 'user' THEN (
    SELECT m.organization_id FROM member m JOIN organization o ON o.id = m.organization_id
    WHERE m.user_id = c.target_id AND m.deleted_at IS NULL AND o.deleted_at IS NULL
    ORDER BY coalesce(c.organization IN (o.id::text, o.slug), false) DESC, m.status, m.id LIMIT 1)
  WHEN 'session' THEN (SELECT organization_id FROM session WHERE id = c.target_id)
  WHEN 'oauth_client' THEN (SELECT organization_id FROM oauth_client WHERE id = c.target_id)
  WHEN 'single_sign_on' THEN (SELECT organization_id FROM identity_connection WHERE id = c.target_id)
END`;

/**
 * Writes events, each into the log of its organization or the operator's, numbered under the locks of their gates, which are
 * taken in the order in which everyone takes them; the clock is read after that. `$1` is a JSON array of callers.
 */
const writeEvents = `
WITH caller AS MATERIALIZED (
  SELECT c.*, ${organizationOf} AS own_id
  FROM json_to_recordset($1) AS c(count int, action text, code text, reason text, target_type text,
    target_id uuid, organization text, request_id uuid, request_method text, request_route text, request_ip text,
    request_user_agent text)
), event AS MATERIALIZED (
  SELECT *, coalesce(own_id, '${operatorId}') AS organization_id, row_number() OVER (PARTITION BY own_id) AS n FROM caller
), locked AS MATERIALIZED (
  SELECT id, seq, at FROM gate WHERE id IN (SELECT organization_id FROM event) ORDER BY id FOR NO KEY UPDATE
), clock AS MATERIALIZED (
  SELECT admission_clock() AS now FROM (SELECT count(*) FROM locked) AS held
), log AS MATERIALIZED (
  SELECT id, seq AS before, greatest(at, now) AS at, count(*) AS events
  FROM locked CROSS JOIN clock JOIN event ON organization_id = id GROUP BY id, seq, at, now
), numbered AS (
  UPDATE gate SET seq = before + events, at = log.at FROM log WHERE gate.id = log.id
)
INSERT INTO audit_event (organization_id, seq, occurred_at, count, action, outcome, code, actor_type, actor_name,
  target_type, target_id, changes, request_id, request_method, request_route, request_ip, request_user_agent)
SELECT organization_id, before + n, at, count, action, 'denied', code, '${unknownActor.type}', '${unknownActor.name}',
  CASE WHEN own_id IS NOT NULL THEN target_type END, CASE WHEN own_id IS NOT NULL THEN target_id END,
  CASE WHEN reason IS NOT NULL THEN jsonb_build_object('reason', jsonb_build_array(NULL, reason)) END,
  request_id, request_method, request_route, request_ip, request_user_agent
FROM event JOIN log ON log.id = organization_id
RETURNING organization_id`;

/** Callers that were refused, as the audit log tells of them. */
@Injectable()
export class RefusedCallersRepository implements OnApplicationShutdown {
  private readonly connection: DedicatedConnection;

  constructor(
    @Inject(CONFIG) { databaseUrl }: Config,
    private readonly fresh: FreshEvents,
  ) {
    const settings = { lock_timeout: String(lockTimeoutMs) };
    this.connection = new DedicatedConnection(databaseUrl, answerDeadlineMs, settings);
  }

  /** Writes one event for each, all of them or none. */
  async append(refused: readonly RefusedCallers[]): Promise<void> {
    const callers = refused.map(
      ({ caller: { action, code, reason, claimed, request }, count }) => ({
        count,
        action,
        code,
        reason,
        target_type: claimed?.type,
        target_id: claimed?.id,
        organization: keptText(claimed?.organization ?? null),
        request_id: request.id,
        request_method: request.method,
        request_route: request.route,
        request_ip: request.ip,
        request_user_agent: keptText(request.userAgent),
      }),
    );
    const written = await this.connection.run<{ organization_id: string }>(
      'refused_callers',
      writeEvents,
      [JSON.stringify(callers)],
    );
    for (const { organization_id: id } of written) this.fresh.mention(id);
    if (written.length !== callers.length) throw new Error('an organization has no gate');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
