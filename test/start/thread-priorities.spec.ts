import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Premises } from './latchkey-process.js';

/** The nice value of each of a process's threads, by the thread's number (proc(5), `stat`). */
function niceValues(pid: number): Map<number, number> {
  const values = new Map<number, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    values.set(Number(thread), Number(fields[16]));
  }
  return values;
}

it('the thread that answers has its priority, those that collect garbage beside it the lowest', async () => {
  const premises = await Premises.open();
  try {
    const server = premises.start();
    await server.listening();
    const values = niceValues(server.pid);
    expect(values.get(server.pid)).toBe(0);
    expect([...values.values()].filter((nice) => nice === 19).length).toBeGreaterThanOrEqual(4);
    for (const pid of premises.postgresProcesses())
      expect([...niceValues(pid).values()]).toEqual([0]);
  } finally {
    await premises.close();
  }
});
