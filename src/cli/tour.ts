import { randomBytes } from 'node:crypto';
import { loadEnvironment } from '../platform/config/environment.js';
import { readTourSettings } from '../platform/config/tour-settings.js';
import { runCommand } from './run-command.js';
import { TourGuide } from './tour-guide.js';

interface Made {
  readonly id: string;
}

interface Key extends Made {
  readonly secret: string;
}

interface Event {
  readonly occurred_at: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly product: string | null;
  readonly access: string | null;
  readonly credential: Made | null;
  readonly target: Made | null;
}

/** Two projects, and a key that reaches one of them. */
interface Scene {
  readonly website: Made;
  readonly shop: Made;
  readonly bot: Made;
  readonly key: Key;
}

await runCommand(async () => {
  const { url, apiKey } = readTourSettings(loadEnvironment());
  const guide = new TourGuide(url, process.stdout);
  const scene = await setScene(guide, apiKey);
  await useKey(guide, scene);
  await revokeKey(guide, apiKey, scene);
  await readTrail(guide, apiKey, scene.key);
  await tidyUp(guide, apiKey, scene);
  guide.tell('\nEvery answer was what it should be.');
});

async function setScene(guide: TourGuide, token: string): Promise<Scene> {
  const run = randomBytes(3).toString('hex');
  const create = <Body = Made>(path: string, body: object) =>
    guide.call<Body>('POST', path, { status: 201, token, body });

  guide.chapter('Who am I?');
  await guide.introduce(token);

  guide.chapter('Two projects, kept apart');
  const website = await create('/v1/projects', { name: `Website ${run}` });
  const shop = await create('/v1/projects', { name: `Shop ${run}` });

  guide.chapter('A service account that views the first of them');
  const bot = await create('/v1/service-accounts', {
    name: `Monitor ${run}`,
    role: 'member',
    projects: [{ project_id: website.id, role: 'viewer' }],
  });

  guide.chapter('Its key: read uptime, in that project only');
  const key = await create<Key>('/v1/api-keys', {
    name: `Monitor ${run}`,
    project_id: website.id,
    owner_id: bot.id,
    product_scopes: { uptime: 'read' },
  });
  return { website, shop, bot, key };
}

async function useKey(guide: TourGuide, { key, shop }: Scene): Promise<void> {
  const token = key.secret;
  const ask = '/v1/authorize?product=uptime&access=';

  guide.chapter('A gateway asks: may it read?');
  await guide.call('GET', `${ask}read`, { status: 200, token, headers: 'x-auth-' });

  guide.chapter('May it write? The answer says what is missing');
  const refused = { status: 403, code: 'insufficient_permissions', token };
  const lacks = (access: string) => [{ product: 'uptime', access }];
  await guide.call('GET', `${ask}read_write`, { ...refused, missing: lacks('read_write') });

  guide.chapter('May it read the other project?');
  const there = { ...refused, missing: lacks('read'), project: shop.id };
  await guide.call('GET', `${ask}read`, there);
}

async function revokeKey(guide: TourGuide, token: string, { key }: Scene): Promise<void> {
  guide.chapter('Revoked, it is refused from the next call on');
  await guide.call('DELETE', `/v1/api-keys/${key.id}`, { status: 204, token });
  await guide.call('GET', '/v1/authorize?product=uptime&access=read', {
    status: 401,
    code: 'invalid_token',
    token: key.secret,
  });
}

async function readTrail(guide: TourGuide, token: string, key: Key): Promise<void> {
  guide.chapter('What the audit log knows of that key');
  const path = '/v1/audit-events?limit=100';
  const { data } = await guide.call<{ data: Event[] }>('GET', path, { status: 200, token });
  const trail = data.filter(({ credential, target }) =>
    [credential?.id, target?.id].includes(key.id),
  );
  for (const event of trail.toReversed()) {
    const { occurred_at: at, action, outcome, product, access, code } = event;
    const words = [at, action, outcome, product, access, code].filter((word) => word !== null);
    guide.tell(`      ${words.join('  ')}`);
  }
  const story = trail.toReversed().map(({ action, outcome }) => `${action} ${outcome}`);
  const expected = [
    'api_key.created allowed',
    'api_key.used allowed',
    'api_key.used denied',
    'api_key.used denied',
    'api_key.revoked allowed',
    'api_key.used denied',
  ];
  if (story.join() !== expected.join())
    throw new Error(`The audit log tells of ${story.join(', ')} instead of ${expected.join(', ')}`);
}

async function tidyUp(guide: TourGuide, token: string, scene: Scene): Promise<void> {
  guide.chapter('Tidying up');
  const { bot, website, shop } = scene;
  await guide.call('DELETE', `/v1/service-accounts/${bot.id}`, { status: 204, token });
  for (const { id } of [website, shop])
    await guide.call('DELETE', `/v1/projects/${id}`, { status: 204, token });
}
