import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Premises } from './latchkey-process.js';

let premises: Premises;
beforeEach(async () => {
  premises = await Premises.open();
});
afterEach(() => premises.close());

/** The processes that a process has started and that are Node. */
function workersOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
        return (
          Number(status[3]) === parent &&
          readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('node')
        );
      } catch {
        return false;
      }
    });
}

describe('WORKERS=3', () => {
  it('lets exactly the limit through, all workers together, and announces itself once', async () => {
    const server = premises.start({ WORKERS: '3', RATE_LIMIT_PER_MINUTE: '50' });
    const client = await server.client();
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.get('/users/me')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(150);
    expect(server.stdout.text.match(/^(latchkey listening|API_KEY=)/gm)).toHaveLength(2);
    expect(workersOf(server.pid)).toHaveLength(3);
  });

  it('replaces a worker that was killed, and SIGTERM leaves no process', async () => {
    const server = premises.start({ WORKERS: '3' });
    const client = await server.client();
    const [victim = 0] = workersOf(server.pid);
    process.kill(victim, 'SIGKILL');
    while (workersOf(server.pid).includes(victim)) await sleep(5);
    while (workersOf(server.pid).length < 3) await sleep(5);
    expect((await client.get('/users/me')).status).toBe(200);
    const workers = workersOf(server.pid);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(premises.postgresProcesses()).toEqual([]);
  });

  it('a taken port is told in one line, and nothing is left running', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const server = premises.start({ WORKERS: '3', PORT: String(port) });
    expect(await server.refusal()).toContain(`PORT: ${port} on 127.0.0.1 is taken`);
    expect(premises.postgresProcesses()).toEqual([]);
    other.close();
  });
});
