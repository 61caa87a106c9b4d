import { readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Workshop,
  killIfAlive,
  postmasterPid,
  processesIn,
  query,
  queryEventually,
} from './harness.js';

let workshop: Workshop;
let template: string;

const IN_USE = 'in use by another Latchkey';

beforeAll(async () => {
  workshop = await Workshop.open();
  template = await workshop.makeTemplate();
});
afterAll(() => workshop.close());

describe('kill -9 of the server', () => {
  it('loses nothing: the next start ends the PostgreSQL that was left and starts its own', async () => {
    const dataDir = await workshop.dataDir('orphan', template);
    const first = workshop.run(dataDir);
    const url = await first.message('url');
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    const orphan = postmasterPid(dataDir);
    await first.killed();
    expect(processesIn(dataDir)).toContain(orphan);
    const second = workshop.run(dataDir);
    const again = await second.message('url');
    expect(postmasterPid(dataDir)).not.toBe(orphan);
    expect(processesIn(dataDir)).not.toContain(orphan);
    expect(await query(again, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
    await second.stop();
    expect(processesIn(dataDir)).toEqual([]);
  });

  it('during the first start leaves nothing that the next would trip over', async () => {
    const dataDir = await workshop.dataDir('interrupted');
    const first = workshop.run(dataDir);
    while (!(await hasDraft(dataDir))) await sleep(5);
    await first.killed();
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    const second = workshop.run(dataDir);
    expect(await query(await second.message('url'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await hasDraft(dataDir)).toBe(false);
    await second.stop();
  });

  it('and of PostgreSQL, with a process id that is now another program, does not stop the next', async () => {
    const dataDir = await workshop.dataDir('everything', template);
    const first = workshop.run(dataDir);
    const url = await first.message('url');
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    for (const pid of processesIn(dataDir)) killIfAlive(pid, 'SIGKILL');
    await first.killed();
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`);
    const second = workshop.run(dataDir);
    expect(await query(await second.message('url'), 'SELECT seven FROM kept')).toEqual([
      { seven: 7 },
    ]);
    await second.stop();
  });
});

describe('kill -9 of PostgreSQL', () => {
  it('has it started again on the same port, with a line in the log', async () => {
    const dataDir = await workshop.dataDir('restart', template);
    const server = workshop.run(dataDir);
    const url = await server.message('url');
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    for (const round of [1, 2]) {
      const before = postmasterPid(dataDir);
      process.kill(before, 'SIGKILL');
      await server.message('log', /ended unexpectedly \(SIGKILL\)/);
      expect(await queryEventually(url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
      expect(postmasterPid(dataDir), `round ${round}`).not.toBe(before);
    }
    await server.stop();
    expect(processesIn(dataDir)).toEqual([]);
  });

  it('is not held up by a session that is busy', async () => {
    const dataDir = await workshop.dataDir('busy', template);
    const server = workshop.run(dataDir);
    const url = await server.message('url');
    const busy = query(url, 'SELECT count(*) FROM generate_series(1, 100000000000)').catch(
      () => undefined,
    );
    while (
      (await query(url, `SELECT 1 FROM pg_stat_activity WHERE query ~ '^SELECT count'`)).length ===
      0
    )
      await sleep(5);
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    await busy;
    expect(await queryEventually(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(processesIn(dataDir)).toEqual([]);
  });

  it('does not let a second server in meanwhile', async () => {
    const dataDir = await workshop.dataDir('gap', template);
    const first = workshop.run(dataDir);
    const url = await first.message('url');
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    const second = await workshop.run(dataDir).outcome();
    expect(second).toMatchObject({ name: 'DataDirectoryError' });
    expect(await queryEventually(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
  });
});

describe('of several servers that start at once on one folder', () => {
  it('one makes the database and the others are refused', async () => {
    const dataDir = await workshop.dataDir('race-first');
    const [url, losers] = await race(dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(losers).toEqual([expect.stringContaining(IN_USE), expect.stringContaining(IN_USE)]);
  });

  it('one takes over after a crash and the others are refused', async () => {
    const dataDir = await workshop.dataDir('race-takeover', template);
    const crashed = workshop.run(dataDir);
    await crashed.message('url');
    await crashed.killed();
    const [url, losers] = await race(dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(losers).toEqual([expect.stringContaining(IN_USE), expect.stringContaining(IN_USE)]);
  });
});

describe('a server that ends without a stop', () => {
  it('takes PostgreSQL with it', async () => {
    const dataDir = await workshop.dataDir('exit', template);
    const server = workshop.run(dataDir);
    await server.message('url');
    server.kill('SIGHUP');
    await server.ended;
    while (processesIn(dataDir).length > 0) await sleep(5);
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
    expect(log.trimEnd()).toMatch(/database system is shut down$/);
  });
});

describe('Ctrl-C', () => {
  it('does not reach PostgreSQL before the server has drained', async () => {
    const dataDir = await workshop.dataDir('interrupt', template);
    const server = workshop.run(dataDir);
    const url = await server.message('url');
    server.interruptGroup();
    await server.message('log', /draining/);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(processesIn(dataDir)).toEqual([]);
  });
});

async function hasDraft(dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir).catch(() => []);
  return names.some((name) => name.startsWith('postgres.draft-'));
}

/** Starts three servers at once: the URL of the winner, which goes on running, and the errors of the others. */
async function race(dataDir: string): Promise<[url: string, errors: string[]]> {
  const servers = [1, 2, 3].map(() => workshop.run(dataDir));
  const outcomes = await Promise.all(servers.map((server) => server.outcome()));
  const urls = outcomes.flatMap((outcome) => outcome.url ?? []);
  expect(urls).toHaveLength(1);
  return [urls[0] ?? '', outcomes.flatMap((outcome) => outcome.error ?? [])];
}
