import type { TestServer } from './server.js';

/** The database's clock of one test server, which stands still until the test moves it. */
export class Clock {
  private constructor(private readonly server: TestServer) {}

  /** Stops the clock at this moment. */
  static async stopped(server: TestServer): Promise<Clock> {
    await server.sql('CREATE TABLE stopped_clock AS SELECT clock_timestamp() AS time');
    await server.sql(
      `CREATE OR REPLACE FUNCTION admission_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
       AS 'SELECT time FROM stopped_clock'`,
    );
    return new Clock(server);
  }

  /** Lets so many seconds pass, or takes them back. */
  async advance(seconds: number): Promise<void> {
    await this.server.sql(`UPDATE stopped_clock SET time = time + make_interval(secs => $1)`, [
      seconds,
    ]);
  }

  /** Seconds since 1970, by this clock. */
  async now(): Promise<number> {
    const [row] = await this.server.sql<{ now: number }>(
      'SELECT extract(epoch FROM time)::float8 AS now FROM stopped_clock',
    );
    return row?.now ?? NaN;
  }
}
