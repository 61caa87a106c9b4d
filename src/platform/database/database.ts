import { Injectable } from '@nestjs/common';
import { TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import type { EntityTarget, ObjectLiteral, Repository } from 'typeorm';

/**
 * The way of every repository to the database. Whatever is called while {@link transaction} runs its work takes
 * part in that transaction, however deep.
 */
@Injectable()
export class Database {
  constructor(private readonly host: TransactionHost<TransactionalAdapterTypeOrm>) {}

  /** Runs work in one transaction, or in the one that is under way. It commits when the work is done. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.host.withTransaction(work);
  }

  /** TypeORM's repository of an entity, in the transaction under way if there is one. */
  of<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.host.tx.getRepository(entity);
  }

  /** Runs one statement and gives its rows. */
  rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.host.tx.query<Row[]>(sql, [...parameters]);
  }
}
