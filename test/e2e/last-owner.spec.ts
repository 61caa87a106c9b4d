import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
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

type Owners = readonly [HumanOwner, HumanOwner, HumanOwner];

/** A new organization with three active owners, each with a key of their own. */
async function threeOwners(): Promise<Owners> {
  const { id: organizationId, owner: first, ownerId } = await world.otherOrganization();
  const join = async () => {
    const { id } = await world.human('owner', organizationId);
    const { secret } = await world.created('/api-keys', { name: 'Key', owner_id: id }, first);
    return { id, client: world.client(secret) };
  };
  const owners = [{ id: ownerId, client: first }, await join(), await join()] as const;
  await world.server.sql(
    `UPDATE member SET status = 'deactivated' WHERE organization_id = $1 AND id <> ALL($2)`,
    [organizationId, owners.map(({ id }) => id)],
  );
  return owners;
}

/** Makes owners what they were, in one statement, which still sees who was left and gives the organization of each. */
async function restore(owners: readonly HumanOwner[]): Promise<string[]> {
  const ownerRole = `'00000000-0000-7000-8000-000000000110'`;
  const left = await world.server.sql<{ organization_id: string }>(
    `WITH members AS (UPDATE member SET status = 'active', role_id = ${ownerRole}, deleted_at = NULL
         WHERE id = ANY($1)),
       keys AS (UPDATE api_key SET revoked_at = NULL WHERE owner_id = ANY($1)),
       moved AS (UPDATE gate SET version = version + 1)
     SELECT organization_id FROM member WHERE id = ANY($1) AND status = 'active'
       AND deleted_at IS NULL AND role_id = ${ownerRole}`,
    [owners.map(({ id }) => id)],
  );
  return left.map((row) => row.organization_id);
}

const removals = {
  demoted: (by, { id }) => by.client.patch(`/members/${id}`, { role: 'admin' }),
  deactivated: (by, { id }) => by.client.patch(`/members/${id}`, { status: 'deactivated' }),
  removed: (by, { id }) => by.client.delete(`/members/${id}`),
} satisfies Record<string, (by: HumanOwner, whom: HumanOwner) => Promise<Answer>>;

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
    const organizations = await Promise.all(Array.from({ length: 8 }, () => threeOwners()));
    const { demoted, deactivated, removed } = removals;
    for (let round = 0; round < 200 / organizations.length; round += 1) {
      const leaving = organizations.flatMap(([one, two, three]) => [
        removed(one, two),
        demoted(two, three),
        round % 2 === 0 ? removed(three, three) : deactivated(three, one),
      ]);
      const answers = await Promise.all(leaving);
      const left = new Set(await restore(organizations.flat()));
      expect(left.size).toBe(organizations.length);
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    }
  }, 60_000);

  it.each(Object.entries(removals))(
    'is one of two who have each other %s at once, 10 times over',
    async (_, remove) => {
      const organizations = await Promise.all(Array.from({ length: 5 }, () => threeOwners()));
      for (const [, , third] of organizations) await third.client.delete(`/members/${third.id}`);
      const pairs = organizations.map(([one, other]) => [one, other] as const);
      for (let round = 0; round < 2; round += 1) {
        const answers = await Promise.all(
          pairs.flatMap(([one, other]) => [remove(one, other), remove(other, one)]),
        );
        const left = await restore(pairs.flat());
        expect(left).toHaveLength(pairs.length);
        expect(new Set(left).size).toBe(pairs.length);
        expect(answers.filter(({ status }) => status >= 400)).toHaveLength(pairs.length);
      }
    },
  );
});
