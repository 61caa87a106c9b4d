import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const module = new URL('../../dist/src/platform/tune-v8.js', import.meta.url);

it('V8 knows every flag that it is told: it would say so on standard error, and go on', async () => {
  const program = `import(${JSON.stringify(module.href)}).then(({ tuneV8 }) => tuneV8())`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--eval', program]);
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});
