import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const flags = new URL('../../dist/src/platform/v8-flags.js', import.meta.url);

it('V8 knows every flag that it is told: it would say so on standard error, and go on', async () => {
  const program = `import(${JSON.stringify(flags.href)}).then(({ setV8Flags }) => setV8Flags())`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--eval', program]);
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});
