import pg from 'pg';
import { ConnectionLostError, DedicatedConnection } from './dedicated-connection.js';

/** How long a statement may take before somebody asks after it. */
const patienceMs = 1_000;

/** How long asking may take. */
const inquiryMs = 700;

/**
 * A connection of the pool, which tells a slow statement from a lost one. When an answer is late, it asks by another
 * connection whether the database is still at work on the statement. If it is not, or nobody answers, the connection
 * is ended from this side: a frozen network neither holds callers up nor leaves dead connections in the pool, and what
 * takes long may take long.
 */
export class PooledClient extends pg.Client {
  private readonly databaseUrl: string;

  constructor(config: pg.ClientConfig) {
    super(config);
    this.databaseUrl = config.connectionString ?? '';
    const send = this.query.bind(this) as (...statement: unknown[]) => unknown;
    const sendWatched = (...statement: unknown[]) => {
      const answer = send(...statement);
      if (answer instanceof Promise) this.watch(answer);
      return answer;
    };
    this.query = sendWatched as typeof this.query;
  }

  private watch(answer: Promise<unknown>): void {
    let answered = false;
    let timer: NodeJS.Timeout;
    const wait = () => {
      timer = setTimeout(() => void ask(), patienceMs);
    };
    const ask = async () => {
      const isAtWork = await this.isAtWork();
      if (answered) return;
      if (isAtWork) wait();
      else this.connection.stream.destroy(new ConnectionLostError('the database does not answer'));
    };
    const stop = () => {
      answered = true;
      clearTimeout(timer);
    };
    answer.then(stop, stop);
    wait();
  }

  private async isAtWork(): Promise<boolean> {
    // pg keeps the number of its server process, but its types do not tell.
    const { processID } = this as unknown as { readonly processID: number | null };
    const inquiry = new DedicatedConnection(this.databaseUrl, inquiryMs);
    try {
      const working = await inquiry.run(
        'is_at_work',
        `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'`,
        [processID],
      );
      return working.length > 0;
    } catch {
      return false;
    } finally {
      void inquiry.close();
    }
  }
}
