import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import {
  DataDirectoryError,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import {
  NOBODY,
  Workshop,
  canRunAs,
  give,
  isRoot,
  killIfAlive,
  postmasterPid,
  processesIn,
  query,
} from './harness.js';

let workshop: Workshop;
let template: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  template = await workshop.makeTemplate();
});
afterAll(() => workshop.close());

const start = (dataDir: string): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir, log: () => undefined });

/** The one line that a start on the folder is refused with. */
async function refusal(dataDir: string): Promise<string> {
  const error: unknown = await start(dataDir).then(
    async (database) => database.stop(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DataDirectoryError)) throw new Error('not refused', { cause: error });
  expect(error.message).not.toContain('\n');
  return error.message;
}

async function passwordOf(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'postgres', 'latchkey.password'), 'utf8')).trim();
}

const logOf = (dataDir: string): Promise<string> => readFile(join(dataDir, 'postgres.log'), 'utf8');

describe.concurrent('a first start', () => {
  it('makes a private, durable database on the loopback address', async () => {
    const dataDir = await workshop.dataDir('first/deeper');
    const database = await start(dataDir);
    const settings = [
      ['fsync', 'on'],
      ['full_page_writes', 'on'],
      ['synchronous_commit', 'on'],
      ['data_checksums', 'on'],
      ['server_encoding', 'UTF8'],
      ['password_encryption', 'scram-sha-256'],
      ['listen_addresses', '127.0.0.1'],
      ['unix_socket_directories', ''],
      ['max_connections', '100'],
    ];
    for (const [name, value] of settings)
      expect(await query(database.url, `SHOW ${name}`)).toEqual([{ [String(name)]: value }]);
    expect(await query(database.url, `SELECT lower('É') AS lower, current_user AS name`)).toEqual([
      { lower: 'é', name: 'latchkey' },
    ]);
    expect(new URL(database.url)).toMatchObject({ hostname: '127.0.0.1', pathname: '/latchkey' });
    await database.stop();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    const password = join(dataDir, 'postgres', 'latchkey.password');
    expect((await stat(password)).mode & 0o777).toBe(0o600);
    expect((await readdir(dataDir)).sort()).toEqual([
      'postgres',
      'postgres.lock',
      'postgres.log',
      'server.lock',
    ]);
  });

  it('asks for the password, which it never writes to the log', async () => {
    const dataDir = await workshop.dataDir('password', template);
    const lines: string[] = [];
    const database = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
    const wrong = database.url.replace(await passwordOf(dataDir), 'wrong');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await database.stop();
    const log = await logOf(dataDir);
    expect(log).toContain('ready to accept connections');
    expect(log + lines.join('\n')).not.toContain(await passwordOf(dataDir));
  });
});

describe.concurrent('a later start', () => {
  it('finds what the one before has committed', async () => {
    const dataDir = await workshop.dataDir('later', template);
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
    await second.stop();
  });

  it('is not stopped by a postmaster.pid whose process id is now another program', async () => {
    const dataDir = await workshop.dataDir('stale', template);
    const stale = [process.pid, join(dataDir, 'postgres'), 1, 5432, '', '127.0.0.1', '', 'ready'];
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${stale.join('\n')}\n`);
    const database = await start(dataDir);
    expect(postmasterPid(dataDir)).not.toBe(process.pid);
    await database.stop();
  });

  it('moves a log that has grown large out of the way', async () => {
    const dataDir = await workshop.dataDir('log', template);
    await writeFile(join(dataDir, 'postgres.log'), Buffer.alloc(11 * 1024 * 1024, 'x'));
    await (await start(dataDir)).stop();
    expect((await stat(join(dataDir, 'postgres.log'))).size).toBeLessThan(1024 * 1024);
    expect((await stat(join(dataDir, 'postgres.log.1'))).size).toBe(11 * 1024 * 1024);
  });
});

describe.concurrent('stop', () => {
  it('leaves no process and no lock, shuts down cleanly, and may be called again', async () => {
    const dataDir = await workshop.dataDir('stop', template);
    const database = await start(dataDir);
    expect(processesIn(dataDir)).not.toEqual([]);
    await Promise.all([database.stop(), database.stop()]);
    await database.stop();
    expect(processesIn(dataDir)).toEqual([]);
    const log = await logOf(dataDir);
    expect(log.trimEnd()).toMatch(/database system is shut down$/);
    await (await start(dataDir)).stop();
  });

  it('ends a PostgreSQL that does not heed the fast shutdown', async () => {
    const dataDir = await workshop.dataDir('frozen', template);
    const database = await start(dataDir);
    const frozen = processesIn(dataDir).filter((pid) => pid !== postmasterPid(dataDir));
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    const stopped = database.stop();
    while (!(await logOf(dataDir)).includes('received immediate shutdown request')) await sleep(50);
    for (const pid of frozen) killIfAlive(pid, 'SIGCONT');
    await stopped;
    expect(processesIn(dataDir)).toEqual([]);
  });
});

describe.concurrent('a start is refused with one line when', () => {
  it('the data directory is a file', async () => {
    const dataDir = await workshop.dataDir('file');
    await writeFile(dataDir, '');
    expect(await refusal(dataDir)).toMatch(/file: it is a file.*set DATA_DIR to a folder/);
    expect(await refusal(join(dataDir, 'below'))).toContain('set DATA_DIR to a folder');
  });

  it('another server uses the data directory, which goes on undisturbed', async () => {
    const dataDir = await workshop.dataDir('twice', template);
    const first = await start(dataDir);
    expect(await refusal(dataDir)).toContain('in use by another Latchkey');
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  it('the cluster is of another major version', async () => {
    const dataDir = await workshop.dataDir('major', template);
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    expect(await refusal(dataDir)).toMatch(/is of PostgreSQL 17, .* brings PostgreSQL 18: dump it/);
  });

  it('the folder of the cluster holds something else', async () => {
    const dataDir = await workshop.dataDir('else');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres', 'letter.txt'), 'dear all');
    expect(await refusal(dataDir)).toContain('is not a PostgreSQL data directory');
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['letter.txt']);
  });

  it('the cluster is damaged, in the words of PostgreSQL', async () => {
    const dataDir = await workshop.dataDir('damaged', template);
    await rm(join(dataDir, 'postgres', 'global', 'pg_control'));
    const message = await refusal(dataDir);
    expect(message).toMatch(/did not start .*could not .*pg_control/);
    expect(message).not.toContain(await passwordOf(dataDir));
    expect(processesIn(dataDir)).toEqual([]);
  });

  it('the password is missing or is another one', async () => {
    const dataDir = await workshop.dataDir('no-password', template);
    const file = join(dataDir, 'postgres', 'latchkey.password');
    await writeFile(file, 'guess\n');
    expect(await refusal(dataDir)).toMatch(/password in .* is not the one of the database/);
    await rm(file);
    expect(await refusal(dataDir)).toContain('latchkey.password is missing');
    expect(processesIn(dataDir)).toEqual([]);
  });

  it.runIf(isRoot && canRunAs(NOBODY))(
    "the folder, or the cluster in it, is another user's",
    async () => {
      const dataDir = await workshop.dataDir('foreign', template);
      expect((await workshop.run(dataDir, NOBODY).outcome()).error).toContain('no permission');
      await give(dataDir, NOBODY);
      await give(join(dataDir, 'postgres'), { uid: 1, gid: 1 });
      await chmod(join(dataDir, 'postgres'), 0o700);
      expect((await workshop.run(dataDir, NOBODY).outcome()).error).toContain('user with id 1');
    },
  );
});
