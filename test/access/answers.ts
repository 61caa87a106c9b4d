import type { Answer } from '../harness/client.js';
import type { World } from '../harness/world.js';
import type { Actor, Recipe } from './actors.js';
import { callOf } from './calls.js';
import type { Row } from './grid.js';
import { Place } from './place.js';

/** Routes that take away where all actors meet: each call of them gets an organization of its own. */
const endsPlace = new Set([
  'DELETE /v1/organizations/{id}',
  'DELETE /v1/organizations/{id}/single-sign-on',
  'DELETE /v1/projects/{id}',
]);

/** Routes that end their caller's own credential: each call of them gets a fresh one. */
const endsCredential = new Set([
  'DELETE /v1/api-keys/current',
  'POST /v1/auth/logout',
  'POST /v1/auth/switch',
]);

/** The codes that a refusal with a status has where access is all that it can be about. */
const usualCodes: Readonly<Record<number, readonly string[]>> = {
  400: ['invalid_request', 'project_required'],
  401: ['missing_token', 'invalid_client'],
  403: ['insufficient_permissions', 'insufficient_scope'],
  404: ['not_found', 'project_not_found'],
};

/** Routes that are called with something made up, which is refused whoever calls. */
const madeUp = new Set(['GET /v1/auth/sso/callback', 'POST /v1/auth/sso/token']);

/** Makes the calls of the tables, in one organization that is shared as far as that can be. */
export class Caller {
  private readonly actors = new Map<Recipe, Promise<Actor>>();

  private constructor(
    private readonly world: World,
    private readonly shared: Place,
  ) {}

  static async on(world: World): Promise<Caller> {
    return new Caller(world, await Place.make(world));
  }

  /** What each actor is answered, as the cells of a line of a table say it. */
  async cells(row: Row, actors: Readonly<Record<string, Recipe>>): Promise<Row['cells']> {
    const cells = Object.entries(actors).map(async ([name, make]) => [
      name,
      await this.cell(row, make),
    ]);
    return Object.fromEntries(await Promise.all(cells)) as Row['cells'];
  }

  private async cell({ route, variant }: Row, make: Recipe): Promise<string> {
    const place = endsPlace.has(route) ? await Place.make(this.world) : this.shared;
    const reusable = place === this.shared && !endsCredential.has(route);
    const actor = await (reusable ? this.actor(make) : make(place));
    const { method, path, body, headers } = await callOf(route, { place, actor, variant });
    const answer = await actor.client.with(headers).call(method, path, body);
    const isMadeUp = madeUp.has(route) && answer.body.error.code === 'invalid_token';
    return isMadeUp ? '401' : asCell(answer);
  }

  private actor(make: Recipe): Promise<Actor> {
    const known = this.actors.get(make) ?? make(this.shared);
    this.actors.set(make, known);
    return known;
  }
}

function asCell({ status, body, text }: Answer): string {
  if (status < 400 || text === '') return String(status);
  const code = body.error.code ?? body.error;
  return usualCodes[status]?.includes(code) ? String(status) : `${status} ${code}`;
}
