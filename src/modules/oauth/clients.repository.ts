import { Injectable } from '@nestjs/common';
import type { Grant } from '../../access/index.js';
import type { StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../platform/http/ids.js';
import type { Slice } from '../../platform/http/pages.js';
import { OAuthClient } from './oauth-client.entity.js';
import { OAuthClientSecret } from './oauth-client-secret.entity.js';

/** A client to keep. */
export type NewClient = Omit<OAuthClient, 'createdAt' | 'rotatedAt' | 'deletedAt'>;

/** The clients of an organization's service accounts. */
@Injectable()
export class ClientsRepository {
  constructor(private readonly database: Database) {}

  /** How many clients have a secret in force that is stored under none of these peppers. */
  async countUnderOtherPeppers(pepperIds: readonly string[]): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(DISTINCT c.id)::int AS count
       FROM oauth_client_secret s JOIN oauth_client c ON c.id = s.client_id
       WHERE s.pepper_id <> ALL($1) AND c.deleted_at IS NULL AND coalesce(s.expires_at > now(), true)`,
      [pepperIds],
    );
    return row?.count ?? 0;
  }

  /** The clients of a service account, newest first. */
  list(
    { organizationId }: Grant,
    memberId: string,
    { after, count }: Slice,
  ): Promise<OAuthClient[]> {
    return this.database
      .of(OAuthClient)
      .createQueryBuilder('client')
      .where('client.organizationId = :organizationId AND client.memberId = :memberId', {
        organizationId,
        memberId,
      })
      .andWhere(after === null ? 'true' : 'client.id < :after', { after })
      .orderBy('client.id', 'DESC')
      .limit(count)
      .getMany();
  }

  /** A client of a service account, also one that has been deleted. */
  find({ organizationId }: Grant, memberId: string, id: string): Promise<OAuthClient | null> {
    return this.database
      .of(OAuthClient)
      .findOne({ where: { organizationId, memberId, id }, withDeleted: true });
  }

  /** Keeps a new client and the stored form of its secret. */
  async insert(client: NewClient, secret: StoredSecret): Promise<void> {
    await this.database.of(OAuthClient).insert(client);
    await this.addSecret(client.id, secret);
  }

  async update(
    { organizationId }: Grant,
    id: string,
    values: Pick<OAuthClient, 'name' | 'productScopes'>,
  ): Promise<void> {
    await this.database.of(OAuthClient).update({ organizationId, id }, values);
  }

  async delete({ organizationId }: Grant, id: string): Promise<void> {
    await this.database.of(OAuthClient).softDelete({ organizationId, id });
  }

  /** Adds a secret to a client and ends the ones before it after the overlap, unless they end sooner. */
  async rotate(id: string, secret: StoredSecret, overlapSeconds: number): Promise<void> {
    await this.database.rows(
      `UPDATE oauth_client_secret SET expires_at = least(expires_at, now() + make_interval(secs => $2))
       WHERE client_id = $1`,
      [id, overlapSeconds],
    );
    await this.addSecret(id, secret);
    await this.database.of(OAuthClient).update({ id }, { rotatedAt: () => 'now()' });
  }

  private async addSecret(clientId: string, { hash, pepperId }: StoredSecret): Promise<void> {
    await this.database.of(OAuthClientSecret).insert({ id: newId(), clientId, hash, pepperId });
  }
}
