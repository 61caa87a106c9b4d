import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const module = new URL('../../dist/src/platform/tune-v8.js', import.meta.url);

async function run(program: string) {
  const script = `const { tuneV8 } = await import(${JSON.stringify(module.href)});${program}`;
  const flags = ['--expose-gc', '--input-type=module', '--eval', script];
  return promisify(execFile)(process.execPath, flags);
}

it('V8 knows every flag that it is told: it would say so on standard error, and go on', async () => {
  expect(await run('tuneV8()')).toEqual({ stdout: '', stderr: '' });
});

it('one of the objects of process.nextTick() outlives every collection, so that V8 knows their shape', async () => {
  const { stdout } = await run(`
    import { createHook } from 'node:async_hooks';
    import { setImmediate } from 'node:timers/promises';
    const ticks = [];
    const seen = createHook({
      init: (id, type, trigger, tick) => type === 'TickObject' && ticks.push(new WeakRef(tick)),
    });
    const alive = () => ticks.map((tick) => tick.deref() !== undefined);
    seen.enable();
    tuneV8();
    process.nextTick(() => {});
    seen.disable();
    for (let times = 0; times < 3; times += 1) {
      await setImmediate();
      gc();
    }
    console.log(JSON.stringify(alive()));
  `);
  expect(JSON.parse(stdout)).toEqual([true, false]);
});
