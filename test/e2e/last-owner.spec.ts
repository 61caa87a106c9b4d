import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

interface HumanOwner {
  readonly id: string;
  readonly client: Client;
}

async function owner(): Promise<HumanOwner> {
  const { id } = await world.human('owner');
  return { id, client: (await world.key({ owner_id: id })).client };
}

async function activeOwners(): Promise<number> {
  const [row] = await world.server.sql<{ count: string }>(
    `SELECT count(*) FROM member m JOIN user_account u ON u.id = m.user_id
     WHERE m.organization_id = $1 AND m.role_id = '00000000-0000-7000-8000-000000000110'
       AND m.status = 'active' AND m.deleted_at IS NULL AND u.status = 'active'`,
    [world.organizationId],
  );
  return Number(row?.count);
}

const removals: Record<string, (by: HumanOwner, whom: HumanOwner) => Promise<Answer>> = {
  demoted: (by, { id }) => by.client.patch(`/members/${id}`, { role: 'admin' }),
  deactivated: (by, { id }) => by.client.patch(`/members/${id}`, { status: 'deactivated' }),
  removed: (by, { id }) => by.client.delete(`/members/${id}`),
};

describe('the last owner', () => {
  it.each(Object.entries(removals))('409 last_owner when it would be %s', async (_, remove) => {
    const first = { id: world.ownerId, client: world.owner };
    const answer = await remove(first, first);
    expect(outcome(answer)).toBe('409 last_owner');
    expect(await activeOwners()).toBe(1);
  });

  it('409 last_owner when the only other owners are deactivated or service accounts', async () => {
    const deactivated = await owner();
    await world.owner.patch(`/members/${deactivated.id}`, { status: 'deactivated' });
    const bot = await world.serviceAccount('owner');
    const answer = await world.owner.patch(`/members/${world.ownerId}`, { role: 'admin' });
    expect(outcome(answer)).toBe('409 last_owner');
    await world.owner.delete(`/service-accounts/${bot.id}`);
    await world.owner.delete(`/members/${deactivated.id}`);
  });

  it('409 last_owner when the only other owner’s user is deactivated', async () => {
    const { id } = await owner();
    await world.rewrite(
      `UPDATE user_account SET status = 'deactivated' WHERE id = (SELECT user_id FROM member WHERE id = $1)`,
      [id],
    );
    const answer = await world.owner.delete(`/members/${world.ownerId}`);
    expect(outcome(answer)).toBe('409 last_owner');
    await world.owner.delete(`/members/${id}`);
  });

  it('lets an owner step back while another is active', async () => {
    const second = await owner();
    expect(outcome(await second.client.patch(`/members/${second.id}`, { role: 'member' }))).toBe(
      '200',
    );
    expect(await activeOwners()).toBe(1);
  });

  it.each(Object.entries(removals))(
    'is one of two who have each other %s at once, 25 times over',
    async (_, remove) => {
      for (let round = 0; round < 25; round += 1) {
        const [one, other] = [await owner(), await owner()];
        await world.rewrite(`UPDATE member SET status = 'deactivated' WHERE id = $1`, [
          world.ownerId,
        ]);
        const answers = await Promise.all([remove(one, other), remove(other, one)]);
        const left = await activeOwners();
        await world.rewrite(`UPDATE member SET status = 'active' WHERE id = $1`, [world.ownerId]);
        expect(left).toBe(1);
        const refused = answers.filter(({ status }) => status >= 400);
        expect(refused).toHaveLength(1);
        await world.owner.delete(`/members/${one.id}`);
        await world.owner.delete(`/members/${other.id}`);
      }
    },
  );
});
