import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ cachedCredentials: 100, rateLimitPerMinute: 10_000 });
});
afterAll(() => world.close());

it('more keys than CACHED_CREDENTIALS are all let in, and refused once they are revoked', async () => {
  const keys: Awaited<ReturnType<World['key']>>[] = [];
  while (keys.length < 130) keys.push(await world.key());
  const statuses = async () => {
    const answers = await Promise.all(keys.map(({ client }) => client.get('/users/me')));
    return answers.map((answer) => answer.status);
  };
  expect([...(await statuses()), ...(await statuses())]).toEqual(Array(260).fill(200));
  for (const { key } of keys.slice(0, 65)) await world.owner.delete(`/api-keys/${key.id}`);
  expect(await statuses()).toEqual([...Array(65).fill(401), ...Array(65).fill(200)]);
});
