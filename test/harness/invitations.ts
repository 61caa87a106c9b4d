import { randomUUID } from 'node:crypto';
import type { Answer, Client, Json } from './client.js';
import { password, type World } from './world.js';

/** What a new person says of themselves. */
export const newcomer = { name: 'Ada', password };

/** An address that nobody has. */
export const someEmail = () => `${randomUUID()}@example.com`;

/** Invitations to the organization of a world's owner, unless somebody else invites. */
export class Invitations {
  constructor(private readonly world: World) {}

  invite(input: object = {}, by: Client = this.world.owner): Promise<Json> {
    return this.world.created('/invitations', { email: someEmail(), role: 'member', ...input }, by);
  }

  accept(token: string, input: object = {}, by: Client = this.world.stranger()): Promise<Answer> {
    return by.post('/invitations/accept', { token, ...input });
  }

  /** A person who is known, in an organization of their own. */
  async known(): Promise<{ email: string; client: Client }> {
    const other = await this.world.otherOrganization();
    const { email } = await this.world.human('admin', other.id);
    return { email, client: await this.world.session(email) };
  }
}
