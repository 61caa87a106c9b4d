import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Each rule with a file that breaks it: the file's path and its text. */
const offences: readonly (readonly [rule: string, path: string, text: string])[] = [
  [
    'no-circles',
    'src/platform/left.ts',
    `import type { Right } from './right.js'; export type Left = Right[];`,
  ],
  ['platform-knows-no-business', 'src/platform/up.ts', `import '../access/index.js';`],
  ['access-knows-no-module', 'src/access/up.ts', `import '../modules/keys/index.js';`],
  ['modules-know-no-app', 'src/modules/keys/up.ts', `import '../../app.module.js';`],
  ['commands-are-the-end', 'src/start.ts', `import './cli/command.js';`],
  [
    'modules-meet-at-their-index',
    'src/modules/keys/deep.ts',
    `import type { Project } from '../projects/project.entity.js'; export type P = Project;`,
  ],
  [
    'rooms-are-entered-at-their-index',
    'src/deep.ts',
    `import './modules/projects/project.entity.js';`,
  ],
  [
    'rooms-are-entered-at-their-index',
    'src/cli/commands/deep.ts',
    `import '../../access/decide.js';`,
  ],
  [
    'the-command-knows-only-the-contract',
    'src/cli/commands/keys.ts',
    `import '../../access/index.js';`,
  ],
  [
    'access-is-entered-at-its-index',
    'src/modules/keys/roles.ts',
    `import '../../access/decide.js';`,
  ],
  ['the-database-stays-in-repositories', 'src/modules/keys/keys.service.ts', `import 'typeorm';`],
  ['the-database-stays-in-repositories', 'src/modules/keys/sql.ts', `import 'pg';`],
  [
    'controllers-see-no-rows',
    'src/modules/projects/projects.controller.ts',
    `import type { Project } from './project.entity.js'; export type P = Project;`,
  ],
  [
    'services-see-no-http',
    'src/modules/projects/projects.service.ts',
    `import type { FastifyReply } from 'fastify'; export type R = FastifyReply;`,
  ],
  ['clients-know-only-the-contract', 'sdk/client.ts', `import '../src/access/index.js';`],
  ['clients-know-only-the-contract', 'dashboard/page.ts', `import '../src/access/index.js';`],
  [
    'migrations-are-frozen',
    'migrations/1-make.ts',
    `import '../src/modules/projects/project.entity.js';`,
  ],
  ['the-server-needs-no-test', 'src/platform/tested.ts', `import '../../test/world.js';`],
  ['the-server-needs-no-development-dependency', 'src/platform/developed.ts', `import 'vitest';`],
  ['imports-lead-somewhere', 'src/platform/nowhere.ts', `import './nothing.js';`],
];

/** What the offences import, and neighbours that keep every rule. */
const innocents: Readonly<Record<string, string>> = {
  'src/app.module.ts': `import './modules/keys/index.js'; import './access/index.js';`,
  'src/cli/command.ts': `import '../platform/clock.js';`,
  'src/cli/commands/verify.ts': `import '../../access/audit-chain/verify-chain.js';`,
  'src/access/audit-chain/verify-chain.ts': 'export {};',
  'src/platform/right.ts': `import type { Left } from './left.js'; export type Right = Left | 1;`,
  'src/platform/clock.ts': 'export {};',
  'src/platform/database/pool.ts': `import 'typeorm'; import 'pg';`,
  'src/access/index.ts': `export * from './decide.js';`,
  'src/access/decide.ts': `import '../platform/clock.js'; export {};`,
  'src/modules/keys/index.ts': 'export {};',
  'src/modules/keys/keys.controller.ts': `import 'fastify'; import '../projects/index.js'; import '../../access/index.js';`,
  'src/modules/keys/keys.repository.ts': `import 'typeorm';`,
  'src/modules/projects/index.ts': 'export {};',
  'src/modules/projects/project.entity.ts': `import 'typeorm'; export type Project = 1;`,
  'migrations/2-change.ts': `import 'typeorm';`,
  'test/world.ts': `import '../src/modules/projects/project.entity.js'; import 'vitest';`,
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let folder: string;
let violations: Violation[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-rooms-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    await cp(join(root, name), join(folder, name));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const files = [
    ...offences.map(([, path, text]) => [path, text] as const),
    ...Object.entries(innocents),
  ];
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
  violations = await cruise();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function cruise(): Promise<Violation[]> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = ['src', 'migrations', 'test', 'sdk', 'dashboard'];
  const args = [
    program,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...folders,
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (stdout === '') reject(error ?? new Error(stderr));
      else
        resolve(
          (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations,
        );
    });
  });
}

it.each(offences)('%s is broken by %s', (rule, path) => {
  const broken = violations
    .filter(({ from }) => from === path)
    .map((violation) => violation.rule.name);
  expect(broken).toContain(rule);
});

it('no rule is broken by a file that keeps them all', () => {
  const accused = violations.map(({ from }) => from).filter((from) => from in innocents);
  expect(accused).toEqual([]);
});

it('every rule has an offence here', async () => {
  const { default: config } = (await import(join(root, '.dependency-cruiser.cjs'))) as {
    default: { forbidden: { name: string }[] };
  };
  const broken = new Set(offences.map(([rule]) => rule));
  expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
});
