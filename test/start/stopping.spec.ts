import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { killIfAlive } from '../embedded/harness.js';
import type { Client } from '../harness/client.js';
import { Premises } from './latchkey-process.js';

let premises: Premises;
beforeEach(async () => {
  premises = await Premises.open();
});
afterEach(() => premises.close());

describe('the second start', () => {
  it('shows no credentials, and everything is still there', async () => {
    const first = premises.start();
    const owner = await first.client();
    const project = await owner.post('/projects', { name: 'Website' });
    const secrets = await readFile(join(premises.dataDir, 'secrets.json'), 'utf8');
    await first.kill('SIGTERM');

    const second = premises.start();
    const url = await second.listening();
    const again = await second.client(await first.announced('API_KEY'));
    expect((await again.get(`/projects/${project.body.id}`)).body).toEqual(project.body);
    expect(second.stdout.text).toBe(`latchkey listening on ${url}\n`);
    expect(await readFile(join(premises.dataDir, 'secrets.json'), 'utf8')).toBe(secrets);
  });

  it('is refused while the first server runs, in one line that names DATA_DIR', async () => {
    const first = premises.start();
    await first.listening();
    expect(await premises.start().refusal()).toMatch(/in use by another Latchkey.*DATA_DIR/);
    expect((await (await first.client()).get('/users/me')).status).toBe(200);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('stops the server with exit code 0 and leaves no postgres', async () => {
    const server = premises.start();
    await (await server.client()).get('/users/me');
    expect(premises.postgresProcesses()).not.toEqual([]);
    expect(await server.kill(signal)).toEqual({ code: 0, signal: null });
    expect(premises.postgresProcesses()).toEqual([]);
  });

  it('twice, as npm and a terminal send it, stops it as cleanly', async () => {
    const server = premises.start();
    await server.listening();
    process.kill(server.pid, signal);
    await sleep(1);
    expect(await server.kill(signal)).toEqual({ code: 0, signal: null });
    expect(premises.postgresProcesses()).toEqual([]);
  });

  it('while the server starts leaves no postgres', async () => {
    const server = premises.start();
    while (!existsSync(join(premises.dataDir, 'postgres', 'postmaster.pid'))) await sleep(5);
    expect(await server.kill(signal)).toEqual({ code: 0, signal: null });
    expect(premises.postgresProcesses()).toEqual([]);
  });
});

describe('kill -9', () => {
  it('of the server loses nothing that was answered', async () => {
    const first = premises.start();
    const owner = await first.client();
    const project = await owner.post('/projects', { name: 'Website' });
    await first.kill('SIGKILL');
    const second = premises.start();
    const again = await second.client(await first.announced('API_KEY'));
    expect((await again.get(`/projects/${project.body.id}`)).body).toEqual(project.body);
    const { body: events } = await again.get('/audit-events?action=project.created');
    expect(events.data).toHaveLength(1);
  });

  it('of PostgreSQL has calls answered 503 until it runs again by itself', async () => {
    const server = premises.start();
    const owner = await server.client();
    const before = await owner.get('/projects');
    for (const pid of premises.postgresProcesses()) killIfAlive(pid, 'SIGKILL');
    const refusal = await owner.get('/users/me');
    expect(refusal).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    expect(new Set(await statusesUntilOk(owner))).toEqual(new Set([503, 200]));
    expect((await owner.get('/projects')).body).toEqual(before.body);
    expect((await owner.get('//health/ready')).status).toBe(200);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

/** The statuses of one call that is repeated until it succeeds. */
async function statusesUntilOk(client: Client): Promise<number[]> {
  const statuses: number[] = [];
  do statuses.push((await client.get('/users/me')).status);
  while (statuses.at(-1) !== 200);
  return statuses;
}
