import { afterAll, beforeAll, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { World } from '../harness/world.js';

const cachedCredentials = 3;

let world: World;
beforeAll(async () => {
  world = await World.start({ cachedCredentials, trustedProxies: ['127.0.0.1'] });
});
afterAll(() => world.close());

it('200 for a project that was asked about before the changes of its organization were forgotten, and after another', async () => {
  const { id } = await world.project();
  const { key } = await world.key();
  const call = async () =>
    outcome(await world.owner.get(`/authorize?product=uptime&project_id=${id}`));
  expect(await call()).toBe('200');
  for (let other = 0; other <= cachedCredentials; other += 1) await world.otherOrganization();
  await world.owner.delete(`/api-keys/${key.id}`);
  expect([await call(), await call()]).toEqual(['200', '200']);
});
