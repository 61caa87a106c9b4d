import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import {
  DataSource,
  type EntityManager,
  type EntityTarget,
  type ObjectLiteral,
  type Repository,
} from 'typeorm';
import { encodedValues, type TypeIds } from './composite-rows.js';

/**
 * The way of every repository to the database. Whatever is called while {@link transaction} runs its work takes
 * part in that transaction, however deep.
 */
@Injectable()
export class Database {
  private readonly underWay = new AsyncLocalStorage<EntityManager>();
  private readonly typeIds: TypeIds = new Map();
  private transactions = 0;

  constructor(private readonly dataSource: DataSource) {}

  /** Runs work in one transaction, or in the one that is under way. It commits when the work is done. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.underWay.getStore()) return work();
    this.transactions += 1;
    try {
      return await this.dataSource.transaction((manager) => this.underWay.run(manager, work));
    } finally {
      this.transactions -= 1;
      // While it is on, Node before 24 runs a hook for every promise and callback of the process.
      if (this.transactions === 0) this.underWay.disable();
    }
  }

  /** TypeORM's repository of an entity, in the transaction under way if there is one. */
  of<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.manager.getRepository(entity);
  }

  /** Runs one statement and gives its rows. */
  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { manager } = this;
    const values = await encodedValues(parameters, this.typeIds, (statement, name) =>
      manager.query(statement, [name]),
    );
    return manager.query<Row[]>(sql, values);
  }

  private get manager(): EntityManager {
    return this.underWay.getStore() ?? this.dataSource.manager;
  }
}
