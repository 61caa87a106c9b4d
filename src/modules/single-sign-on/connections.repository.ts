import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { Connection } from './connection.entity.js';

/** Identity providers, one an organization at most. */
@Injectable()
export class ConnectionsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Connection | null> {
    return this.database.of(Connection).findOneBy({ id });
  }

  findOf(organizationId: string): Promise<Connection | null> {
    return this.database.of(Connection).findOneBy({ organizationId });
  }

  /** The connection of the organization with this slug. */
  async findBySlug(slug: string): Promise<Connection | null> {
    const [row] = await this.database.rows<{ id: string }>(
      `SELECT c.id FROM identity_connection c JOIN organization o ON o.id = c.organization_id
       WHERE o.slug = $1 AND o.deleted_at IS NULL`,
      [slug],
    );
    return row ? this.find(row.id) : null;
  }

  /** How many client secrets are encrypted under other peppers than these. */
  countUnderOtherPeppers(pepperIds: readonly string[]): Promise<number> {
    return this.database.of(Connection).countBy({ pepperId: Not(In([...pepperIds])) });
  }

  /** Adds a connection, or changes the one of this id. */
  async save(connection: Omit<Connection, 'createdAt' | 'updatedAt'>): Promise<void> {
    const { projects, ...rest } = connection;
    await this.database.of(Connection).save({ ...rest, projects: [...projects] });
  }

  /** Deletes a connection with its secret, and with it the sign-ins that are under way. */
  async delete(id: string): Promise<void> {
    await this.database.of(Connection).delete({ id });
  }
}
