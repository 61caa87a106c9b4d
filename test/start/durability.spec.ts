import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../../dist/src/platform/database/data-source.js';
import { DedicatedConnection } from '../../dist/src/platform/database/dedicated-connection.js';
import { prepareDatabase } from '../../dist/src/platform/database/prepare-database.js';
import { startServer } from '../harness/server.js';
import { Premises } from './latchkey-process.js';

describe('a database that may lose what it has committed', () => {
  let premises: Premises;
  beforeEach(async () => {
    premises = await Premises.open();
    const server = premises.start();
    await server.listening();
    await server.kill('SIGTERM');
  });
  afterEach(() => premises.close());

  const settings = () => join(premises.dataDir, 'postgres', 'postgresql.conf');

  it('is refused when it runs with fsync=off, in one line, and stopped again', async () => {
    await appendFile(settings(), '\nfsync = off\n');
    expect(await premises.start().refusal()).toMatch(/The database runs with fsync=off/);
    expect(premises.postgresProcesses()).toEqual([]);
    await appendFile(settings(), '\nfsync = on\n');
    await premises.start().listening();
  });

  it('is refused when it is a standby, in one line', async () => {
    await writeFile(join(premises.dataDir, 'postgres', 'standby.signal'), '');
    expect(await premises.start().refusal()).toMatch(/The database is a standby/);
    expect(premises.postgresProcesses()).toEqual([]);
  });
});

describe('synchronous_commit', () => {
  const setting = 'SHOW synchronous_commit';

  it('is on in every connection, whatever the database is set to', async () => {
    const server = await startServer();
    try {
      const { databaseUrl } = server.config;
      const name = new URL(databaseUrl).pathname.slice(1);
      await server.sql(`ALTER DATABASE ${name} SET synchronous_commit = off`);
      expect(await server.sql(setting)).toEqual([{ synchronous_commit: 'off' }]);
      const pool = await createDataSource(databaseUrl).initialize();
      const dedicated = new DedicatedConnection(databaseUrl, 10_000, { lock_timeout: '700' });
      expect(await pool.query(setting)).toEqual([{ synchronous_commit: 'on' }]);
      expect(await dedicated.run('commit', setting, [])).toEqual([{ synchronous_commit: 'on' }]);
      expect(await dedicated.run('lock', 'SHOW lock_timeout', [])).toEqual([
        { lock_timeout: '700ms' },
      ]);
      await Promise.all([pool.destroy(), dedicated.close()]);
      expect(await prepareDatabase(databaseUrl, false)).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('that DATABASE_URL turns off is refused', async () => {
    const server = await startServer();
    try {
      const url = `${server.config.databaseUrl}?options=${encodeURIComponent('-c synchronous_commit=off')}`;
      await expect(prepareDatabase(url, false)).rejects.toThrow(
        'DATABASE_URL turns synchronous_commit off',
      );
    } finally {
      await server.close();
    }
  });
});
