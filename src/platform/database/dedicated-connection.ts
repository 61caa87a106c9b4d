import pg from 'pg';
import { encodedValues, type TypeIds } from './composite-rows.js';
import { durableCommits } from './durability.js';

/** The statement was not answered in time, or the connection broke: nobody knows whether it was carried out. */
export class ConnectionLostError extends Error {
  readonly code = '08006';
}

/**
 * A statement is planned once. It goes by index from the first time on: a plan that was made while a table was empty, as
 * a week's partition of the audit log is at first, would read all of it until the table's statistics are taken.
 */
const plansForLong = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', jit: 'off' };

/** A connection that is open, with what is known of its database. */
interface Connected {
  readonly client: pg.Client;
  readonly typeIds: TypeIds;
}

/**
 * One connection of its own for one kind of statement, made when it is needed and made anew when it broke. Statements are
 * sent without waiting for the answers to those before; the database carries them out one after another, each in a
 * transaction of its own. One that is not answered in time ends the connection from this side, so that a frozen network
 * cannot hold its callers.
 */
export class DedicatedConnection {
  private connection: Promise<Connected> | null = null;
  private transactionOn: Promise<Connected> | null = null;

  /**
   * @param deadlineMs how long connecting and a statement may take together
   * @param settings of PostgreSQL, for this connection
   */
  constructor(
    private readonly databaseUrl: string,
    private readonly deadlineMs: number,
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {}

  /** Runs a prepared statement and gives its rows. It may be given less time than the connection is given otherwise. */
  async run<Row extends object>(
    name: string,
    text: string,
    values: unknown[],
    deadlineMs = this.deadlineMs,
  ): Promise<Row[]> {
    try {
      return await this.attempt<Row>(name, text, values, deadlineMs);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      return this.attempt<Row>(name, text, values, deadlineMs);
    }
  }

  private async attempt<Row extends object>(
    name: string,
    text: string,
    values: unknown[],
    deadlineMs: number,
  ): Promise<Row[]> {
    const connecting = this.connected();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ConnectionLostError('the database did not answer in time')),
        deadlineMs,
      );
    });
    try {
      const work = connecting.then((connected) => send<Row>(connected, name, text, values));
      return (await Promise.race([work, deadline])).rows;
    } catch (error) {
      if (!isAnswer(error) || isOutdated(error)) this.drop(connecting);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Runs work in one transaction, which every statement that is run meanwhile takes part in. When the connection is lost,
   * so is the transaction: nothing more of the work is carried out.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('begin', 'BEGIN', []);
    this.transactionOn = this.connection;
    try {
      const result = await work();
      await this.run('commit', 'COMMIT', []);
      return result;
    } catch (error) {
      await this.run('rollback', 'ROLLBACK', []).catch(() => {});
      throw error;
    } finally {
      this.transactionOn = null;
    }
  }

  /** Ends the connection after what is under way. */
  async close(): Promise<void> {
    const connected = await this.connection?.catch(() => null);
    this.connection = null;
    await connected?.client.end();
  }

  /** The connection, or the attempt to make one; a failed attempt is not remembered. */
  private connected(): Promise<Connected> {
    if (this.transactionOn !== null && this.connection !== this.transactionOn)
      return Promise.reject(new ConnectionLostError('the transaction is lost'));
    if (this.connection !== null) return this.connection;
    const connecting: Promise<Connected> = this.connect(() => this.drop(connecting));
    this.connection = connecting;
    connecting.catch(() => this.drop(connecting));
    return connecting;
  }

  /** @param lose told when the connection breaks while nothing is under way */
  private async connect(lose: () => void): Promise<Connected> {
    const settings = { ...plansForLong, ...this.settings };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    const config: pg.ClientConfig & { pipeline: boolean } = {
      connectionString: this.databaseUrl,
      application_name: 'latchkey admission',
      options: [durableCommits, ...options].join(' '),
      connectionTimeoutMillis: this.deadlineMs,
      keepAlive: true,
      pipeline: true,
    };
    const client = new pg.Client(config);
    client.on('error', lose);
    await client.connect();
    return { client, typeIds: new Map() };
  }

  private drop(connecting: Promise<Connected>): void {
    if (this.connection !== connecting) return;
    this.connection = null;
    void connecting.then(({ client }) => client.connection.stream.destroy()).catch(() => {});
  }
}

async function send<Row extends object>(
  { client, typeIds }: Connected,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  const find = async (statement: string, type: string) =>
    (await client.query<{ id: number }>(statement, [type])).rows;
  const encoded = await encodedValues(values, typeIds, find);
  return client.query<Row>({ name, text, values: encoded });
}

/** Tells an error that the database answered with from a connection that broke. Classes 57 and 08 end connections. */
function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(57P|08)/.test(error.code ?? '');
}

/**
 * Tells that a connection knows the database as it was before a migration: a type that it sends, or a statement that it
 * has prepared, is another one now. Nothing was carried out.
 */
function isOutdated(error: unknown): boolean {
  const outdated = ['42804', 'XX000', '0A000', '26000'];
  return error instanceof pg.DatabaseError && outdated.includes(error.code ?? '');
}
