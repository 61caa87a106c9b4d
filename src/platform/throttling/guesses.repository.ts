import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { DedicatedConnection } from '../database/dedicated-connection.js';

/** What guesses are counted under, and how many are free before each next one has to wait. */
export interface GuessLimit {
  readonly key: string;
  readonly free: number;
  /** The longest wait between two guesses, in seconds. */
  readonly longestWait: number;
}

/** After so long without a guess everything is forgotten. */
const memorySeconds = 24 * 60 * 60;

/**
 * Takes a guess before it is known to be wrong, so that guesses made at once do not slip by. `$1` is the key, `$2` how many are
 * free, `$3` the longest wait. A guess that comes before its time changes nothing. The clock is read after the row is locked.
 */
const takeGuess = `
INSERT INTO wrong_guess AS held (key, count, at, next_at)
SELECT $1, 1, now, now FROM (SELECT admission_clock() AS now) AS clock
ON CONFLICT (key) DO UPDATE SET (count, at, next_at) = (
  SELECT number, now, now + make_interval(secs => CASE WHEN number <= $2 THEN 0
    ELSE least($3, power(2, least(number - $2 - 1, 20))) END)
  FROM (SELECT admission_clock() AS now) AS clock
  CROSS JOIN LATERAL (SELECT CASE WHEN held.at < now - interval '${memorySeconds} s' THEN 1
    ELSE held.count + 1 END AS number) AS counted)
WHERE held.next_at <= admission_clock()
RETURNING key`;

const secondsToWait = `
SELECT greatest(1, ceil(extract(epoch FROM next_at - admission_clock())))::int AS seconds
FROM wrong_guess WHERE key = $1`;

const answerDeadlineMs = 1_800;

/**
 * Guesses, counted for all instances together. On a connection of their own: a guess counts also where the transaction that
 * it is made in is undone because it was wrong.
 */
@Injectable()
export class GuessesRepository implements OnApplicationShutdown {
  private readonly connection: DedicatedConnection;

  constructor(
    @Inject(CONFIG) { databaseUrl }: Config,
    private readonly database: Database,
  ) {
    this.connection = new DedicatedConnection(databaseUrl, answerDeadlineMs);
  }

  /** Takes a guess; gives 0, or the seconds until one can be taken. */
  async take({ key, free, longestWait }: GuessLimit): Promise<number> {
    const taken = await this.connection.run('take_guess', takeGuess, [key, free, longestWait]);
    if (taken.length > 0) return 0;
    const [row] = await this.connection.run<{ seconds: number }>('wait', secondsToWait, [key]);
    return row?.seconds ?? 1;
  }

  /** Gives a guess back that was right. */
  async giveBack(key: string): Promise<void> {
    const sql =
      'UPDATE wrong_guess SET count = count - 1, next_at = at WHERE key = $1 AND count > 0';
    await this.connection.run('give_guess_back', sql, [key]);
  }

  /** Forgets all guesses of some keys. */
  async forget(keys: readonly string[]): Promise<void> {
    const sql = 'DELETE FROM wrong_guess WHERE key = ANY($1)';
    await this.connection.run('forget_guesses', sql, [keys]);
  }

  /** Forgets what is no longer held against anybody. */
  async forgetOld(): Promise<void> {
    await this.database.rows(
      `DELETE FROM wrong_guess WHERE key IN (
         SELECT key FROM wrong_guess WHERE at < admission_clock() - interval '${memorySeconds} s'
         FOR UPDATE SKIP LOCKED)`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
