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

  it('is one of three who remove, demote and leave at once, 200 times over', async () => {
    const owners = [await owner(), await owner(), await owner()];
    const [one, two, three] = owners as [HumanOwner, HumanOwner, HumanOwner];
    const { demoted, deactivated, removed } = removals;
    const ids = owners.map(({ id }) => id);
    /** Makes all as it was, in one statement, which still sees how many owners the last round has left. */
    const reset = async (others: string): Promise<number> => {
      const [row] = await world.server.sql<{ left: number }>(
        `WITH members AS (UPDATE member SET status = CASE WHEN id = ANY($1) THEN 'active' ELSE $2 END,
             role_id = '00000000-0000-7000-8000-000000000110', deleted_at = NULL
           WHERE organization_id = $3 AND (id = ANY($1) OR id = $4)),
           keys AS (UPDATE api_key SET revoked_at = NULL WHERE owner_id = ANY($1)),
           moved AS (UPDATE gate SET version = version + 1)
         SELECT count(*)::int AS left FROM member WHERE organization_id = $3 AND status = 'active'
           AND type = 'human' AND deleted_at IS NULL AND role_id = '00000000-0000-7000-8000-000000000110'`,
        [ids, others, world.organizationId, world.ownerId],
      );
      return row?.left ?? 0;
    };
    await reset('deactivated');
    for (let round = 0; round < 200; round += 1) {
      const answers = await Promise.all([
        removed?.(one, two),
        demoted?.(two, three),
        round % 2 === 0 ? removed?.(three, three) : deactivated?.(three, one),
      ]);
      expect(await reset('deactivated')).toBeGreaterThanOrEqual(1);
      expect(answers.map((answer) => Number(answer?.status) < 500)).toEqual([true, true, true]);
    }
    await reset('active');
    for (const { id } of owners) await world.owner.delete(`/members/${id}`);
  }, 180_000);

  it.each(Object.entries(removals))(
    'is one of two who have each other %s at once, 10 times over',
    async (_, remove) => {
      for (let round = 0; round < 10; round += 1) {
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
