import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Premises, root } from './latchkey-process.js';

const sources = ['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

let premises: Premises;
beforeAll(async () => {
  premises = await Premises.open();
  for (const name of [...sources, 'src', 'migrations', 'assets', 'sdk/typescript'])
    await cp(join(root, name), join(premises.folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(premises.folder, 'node_modules'));
});
afterAll(() => premises.close());

it('npm start builds and starts the server, and ends with it on SIGTERM', async () => {
  const npm = premises.npmStart();
  const { status } = await (await npm.client()).get('/users/me');
  expect(status).toBe(200);
  expect(premises.postgresProcesses()).not.toEqual([]);
  await npm.kill('SIGTERM');
  expect(premises.postgresProcesses()).toEqual([]);
});
