import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postForm } from '../harness/oauth-client.js';
import { refusalOf } from '../harness/oauth-refusal.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const bodyLimit = 64 * 1024;
const headerLimit = 15 * 1024;

/** Whoever sends these needs no credential, so each must cost little: work that grows with the square lasts minutes. */
describe('a caller without a credential', () => {
  it('is refused as fast as it sends forms that repeat one parameter as often as they can', async () => {
    for (const [pair, refusal] of [
      ['a=b&', '401 invalid_client'],
      ['client_id=b&', '400 invalid_request'],
    ] as const) {
      const form = pair.repeat(bodyLimit / pair.length);
      for (let i = 0; i < 20; i += 1)
        expect(refusalOf(await postForm(world.server, 'token', form))).toBe(refusal);
    }
  });

  it('is refused as fast as it sends headers that are full of spaces', async () => {
    const spaces = ' '.repeat(headerLimit);
    for (const authorization of [`Basic a${spaces}b`, `${spaces}Basic`, `Bearer a${spaces}b`])
      for (let i = 0; i < 400; i += 1)
        expect(
          (await postForm(world.server, 'introspect', 'token=x', { authorization })).status,
        ).toBe(401);
  });
});
