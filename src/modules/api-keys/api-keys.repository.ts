import { Injectable } from '@nestjs/common';
import { countedCall, type Grant } from '../../access/index.js';
import type { StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../platform/http/ids.js';
import type { Slice } from '../../platform/http/pages.js';
import type { KeyStatus } from './api-key.dto.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeySecret } from './api-key-secret.entity.js';
import type { ApiKeyRow } from './api-key-row.js';

/** What a list of keys is narrowed to. */
export interface ApiKeyFilter {
  readonly id?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly status?: KeyStatus | undefined;
}

/** A key to keep; what is left out has no limit. */
export type NewApiKey = Partial<ApiKey> & Pick<ApiKey, 'organizationId' | 'name' | 'scope'>;

/** Whose keys are meant when many are revoked at once. */
export type KeysOf = { ownerId: string } | { projectId: string } | { organizationId: string };

const defaultReminderDays = 90;

/** Use of a key is what has been added up, and the few calls that have come since. `$1` is the organization. */
const select = `
  WITH recent AS MATERIALIZED (
    SELECT event.credential_id, max(event.occurred_at) AS last_used_at, sum(event.count) AS calls
    FROM (SELECT coalesce(max(seq), 0) AS seq, coalesce(max(at), 'epoch') AS at
      FROM usage_head WHERE organization_id = $1) AS head
    JOIN audit_event AS event ON event.organization_id = $1 AND event.occurred_at >= head.at AND event.seq > head.seq
    WHERE ${countedCall} GROUP BY event.credential_id)
  SELECT k.*, s.prefix, m.type AS owner_type, m.name AS owner_name,
    greatest(total.last_used_at, recent.last_used_at) AS last_used_at,
    coalesce(total.calls, 0) + coalesce(recent.calls, 0) AS request_count,
    coalesce(k.rotated_at, k.created_at) + make_interval(days =>
      coalesce((o.policy ->> 'rotation_reminder_days')::int, ${defaultReminderDays})) AS rotation_due_at
  FROM (SELECT *, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN NOT is_active THEN 'disabled'
      WHEN expires_at <= now() THEN 'expired' ELSE 'active' END AS status FROM api_key) k
  JOIN LATERAL (SELECT prefix FROM api_key_secret WHERE api_key_id = k.id ORDER BY id DESC LIMIT 1) s ON true
  LEFT JOIN member m ON m.id = k.owner_id
  LEFT JOIN organization o ON o.id = k.organization_id
  LEFT JOIN api_key_usage total ON total.api_key_id = k.id
  LEFT JOIN recent ON recent.credential_id = k.id`;

/** Keys, each seen by its own organization only and there by whom the grant reaches. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  /** How many keys in force have a secret that is stored under none of these peppers. */
  async countUnderOtherPeppers(pepperIds: readonly string[]): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(DISTINCT k.id)::int AS count
       FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id
       WHERE s.pepper_id <> ALL($1) AND k.revoked_at IS NULL
         AND coalesce(least(k.expires_at, s.expires_at) > now(), true)`,
      [pepperIds],
    );
    return row?.count ?? 0;
  }

  /** The keys that the grant reaches and the filter leaves. */
  list(grant: Grant, filter: ApiKeyFilter, { after, count }: Slice): Promise<ApiKeyRow[]> {
    const { everything, projects, ownerId } = reachOf(grant);
    return this.database.rows<ApiKeyRow>(
      `${select}
       WHERE k.organization_id = $1
         AND ($2 OR k.project_id = ANY($3::uuid[]) OR k.owner_id = $4)
         AND ($5::uuid IS NULL OR k.project_id = $5)
         AND ($6::uuid IS NULL OR k.id = $6)
         AND ($7::uuid IS NULL OR k.owner_id = $7)
         AND ($8::text IS NULL OR k.status = $8)
         AND ($9::uuid IS NULL OR k.id < $9)
       ORDER BY k.id DESC LIMIT $10`,
      [
        grant.organizationId,
        everything,
        projects,
        ownerId,
        grant.projectId,
        filter.id,
        filter.ownerId,
        filter.status,
        after,
        count,
      ],
    );
  }

  async find(grant: Grant, id: string): Promise<ApiKeyRow | null> {
    const [row] = await this.list(grant, { id }, { after: null, count: 1 });
    return row ?? null;
  }

  /** A key of the organization, whoever asks. */
  async get(organizationId: string, id: string): Promise<ApiKeyRow> {
    const sql = `${select} WHERE k.organization_id = $1 AND k.id = $2`;
    const [row] = await this.database.rows<ApiKeyRow>(sql, [organizationId, id]);
    if (!row) throw new Error('the key is gone');
    return row;
  }

  /** How many days a key of the organization may live; null: for ever. */
  async maxLifetimeDays(organizationId: string): Promise<number | null> {
    const [row] = await this.database.rows<{ days: number | null }>(
      `SELECT (policy ->> 'max_key_lifetime_days')::int AS days FROM organization WHERE id = $1`,
      [organizationId],
    );
    return row?.days ?? null;
  }

  /** Keeps a new key and the stored form of its secret. */
  async insert(
    key: NewApiKey & { id: string },
    secret: StoredSecret,
    prefix: string,
  ): Promise<void> {
    await this.database.of(ApiKey).insert(key);
    await this.addSecret(key.id, secret, prefix);
  }

  async update(id: string, values: Partial<ApiKey>): Promise<void> {
    await this.database.of(ApiKey).update({ id }, values);
  }

  /** Adds a secret to a key and ends the ones before it after the overlap, unless they end sooner. */
  async rotate(
    id: string,
    secret: StoredSecret,
    prefix: string,
    overlapSeconds: number,
  ): Promise<void> {
    await this.database.rows(
      `UPDATE api_key_secret SET expires_at = least(expires_at, now() + make_interval(secs => $2))
       WHERE api_key_id = $1`,
      [id, overlapSeconds],
    );
    await this.addSecret(id, secret, prefix);
    await this.database.of(ApiKey).update({ id }, { rotatedAt: () => 'now()' });
  }

  /** Revokes a key; false when it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await this.database.rows(
      `WITH revoked AS (UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id)
       SELECT id FROM revoked`,
      [id],
    );
    return revoked.length > 0;
  }

  /** Revokes every key of a member, a project or an organization and tells which those were. */
  async revokeAll(of: KeysOf): Promise<string[]> {
    const [[column, value] = ['', '']] = Object.entries(of);
    const name = column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const rows = await this.database.rows<{ id: string }>(
      `WITH revoked AS (UPDATE api_key SET revoked_at = now()
         WHERE ${name} = $1 AND revoked_at IS NULL RETURNING id)
       SELECT id FROM revoked ORDER BY id`,
      [value],
    );
    return rows.map((row) => row.id);
  }

  /** Tells whether there is any platform key, revoked or not. */
  hasPlatformKey(): Promise<boolean> {
    return this.database.of(ApiKey).existsBy({ scope: 'platform' });
  }

  private async addSecret(apiKeyId: string, secret: StoredSecret, prefix: string): Promise<void> {
    const { hash, pepperId } = secret;
    await this.database.of(ApiKeySecret).insert({ id: newId(), apiKeyId, hash, pepperId, prefix });
  }
}

/**
 * Keys of the projects where the grant reaches keys; and, unless a project is selected, one's own. Who may reach
 * only its own sees those of the selected project.
 */
function reachOf({ ownOnly, projects, projectId, memberId }: Grant) {
  return {
    everything: !ownOnly && projects === 'all',
    projects: ownOnly || projects === 'all' ? [] : projects,
    ownerId: ownOnly || projectId === null ? memberId : null,
  };
}
