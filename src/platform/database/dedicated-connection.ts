import pg from 'pg';
import { durableCommits } from './durability.js';

/** The statement was not answered in time, or the connection broke: nobody knows whether it was carried out. */
export class ConnectionLostError extends Error {
  readonly code = '08006';
}

/**
 * One connection of its own for one kind of statement, made when it is needed and made anew when it broke. A statement
 * that is not answered in time ends the connection from this side, so that a frozen network cannot hold its callers.
 */
export class DedicatedConnection {
  private client: Promise<pg.Client> | null = null;

  /** @param deadlineMs how long connecting and a statement may take together */
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
    const connecting = this.connected();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ConnectionLostError('the database did not answer in time')),
        deadlineMs,
      );
    });
    try {
      const work = connecting.then((client) => client.query<Row>({ name, text, values }));
      return (await Promise.race([work, deadline])).rows;
    } catch (error) {
      if (!isAnswer(error)) this.drop(connecting);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection after what is under way. */
  async close(): Promise<void> {
    const client = await this.client?.catch(() => null);
    this.client = null;
    await client?.end();
  }

  /** The connection, or the attempt to make one; a failed attempt is not remembered. */
  private connected(): Promise<pg.Client> {
    if (this.client !== null) return this.client;
    const connecting = this.connect();
    this.client = connecting;
    connecting.catch(() => this.drop(connecting));
    return connecting;
  }

  private async connect(): Promise<pg.Client> {
    const options = Object.entries(this.settings).map(([name, value]) => `-c ${name}=${value}`);
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'latchkey admission',
      options: [durableCommits, ...options].join(' '),
      connectionTimeoutMillis: this.deadlineMs,
      keepAlive: true,
    });
    client.on('error', () => this.drop(null));
    await client.connect();
    return client;
  }

  private drop(connecting: Promise<pg.Client> | null): void {
    if (connecting !== null && this.client !== connecting) return;
    const dropped = this.client;
    this.client = null;
    void dropped?.then((client) => client.connection.stream.destroy()).catch(() => {});
  }
}

/** Tells an error that the database answered with from a connection that broke. Classes 57 and 08 end connections. */
function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(57P|08)/.test(error.code ?? '');
}
