import { randomUUID } from 'node:crypto';
import type { Client, Json } from '../harness/client.js';
import { password, World } from '../harness/world.js';

export type AccessMap = Record<string, 'none' | 'read' | 'read_write'>;

/** An organization of its own with two projects, A and B, in which actors meet fresh targets. */
export class Place {
  private readonly kept = new Map<string, Promise<string>>();

  private constructor(
    readonly world: World,
    readonly organizationId: string,
    /** The owner's organization-scoped key, which makes everything else. */
    readonly owner: Client,
    readonly ownerId: string,
    readonly projects: { readonly A: string; readonly B: string },
  ) {}

  static async make(world: World): Promise<Place> {
    const { id, owner, ownerId } = await world.otherOrganization();
    const A = await world.created('/projects', { name: 'A' }, owner);
    const B = await world.created('/projects', { name: 'B' }, owner);
    return new Place(world, id, owner, ownerId, { A: A.id, B: B.id });
  }

  created(path: string, body: object): Promise<Json> {
    return this.world.created(path, body, this.owner);
  }

  /** A new service account, with a role in one of the projects or in none. */
  async bot(role = 'member', projectRole: string | null = null, project: 'A' | 'B' = 'A') {
    const projects =
      projectRole === null ? [] : [{ project_id: this.projects[project], role: projectRole }];
    const bot = await this.created('/service-accounts', { name: 'Bot', role, projects });
    return bot.id as string;
  }

  /** A new human with a session, with a role in project A or in none. */
  async human(role: string, projectRole: string | null = null) {
    const { id, email } = await this.world.human(role, this.organizationId);
    if (projectRole !== null) {
      const path = `/projects/${this.projects.A}/members/${id}`;
      const { status, text } = await this.owner.put(path, { role: projectRole });
      if (status !== 200) throw new Error(`PUT ${path}: ${text}`);
    }
    return { id, email, password, client: await this.world.session(email) };
  }

  /** A new key of a member, made by the owner. */
  key(owner_id: string, input: object = {}): Promise<Json> {
    return this.created('/api-keys', { name: 'Key', owner_id, ...input });
  }

  /** The id of a new custom role. */
  async role(level: 'organization' | 'project', permissions: AccessMap): Promise<string> {
    const role = await this.created('/roles', { name: randomUUID(), level, permissions });
    return role.id as string;
  }

  /** The same id every time, made when it is first asked for. */
  keep(name: string, make: () => Promise<string>): Promise<string> {
    const kept = this.kept.get(name) ?? make();
    this.kept.set(name, kept);
    return kept;
  }
}
