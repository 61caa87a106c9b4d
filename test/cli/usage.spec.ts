import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { root } from '../start/latchkey-process.js';
import { Desk } from './desk.js';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await World.start();
  desk = await Desk.sit(world);
});
afterAll(async () => {
  await desk.leave();
  await world.close();
});

/** The commands that a command's help lists. */
function listedIn(help: string): string[] {
  const [, section = ''] = /^Commands:\n((?: .*\n)+)/m.exec(help) ?? [];
  const names = [...section.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help');
}

/** The help of every command that does something, by the command. */
async function helps(path: readonly string[] = []): Promise<[command: string, help: string][]> {
  const help = await desk.done([...path, '--help']);
  const within = listedIn(help);
  if (within.length === 0) return [[path.join(' '), help]];
  return (await Promise.all(within.map((name) => helps([...path, name])))).flat();
}

it('--help of every command shows an example of it, and the options of all', async () => {
  const all = await helps();
  expect(all.map(([command]) => command).join()).toBe(
    'login,logout,whoami,orgs list,orgs switch,projects list,members list,roles list,products list,' +
      'keys list,keys show,keys create,keys rotate,keys revoke,' +
      'audit list,audit tail,audit export,audit verify,explain',
  );
  for (const [command, help] of all) {
    expect(help).toMatch(new RegExp(`^Examples?:\\n(.*\\n)*.*latchkey ${command}`, 'm'));
    expect(help).toContain('--json');
  }
});

it('the guide calls no command and no option that there is not', async () => {
  const guide = await readFile(join(root, 'docs/guides/cli.md'), 'utf8');
  const calls = [...guide.matchAll(/latchkey ((?:[a-z]+ ?)+)([^\n`|&)]*)/g)];
  expect(calls.length).toBeGreaterThan(20);
  const all = new Map(await helps());
  for (const [call, words = '', rest = ''] of calls) {
    const [noun = '', verb = ''] = words.split(' ');
    const help = all.get(`${noun} ${verb}`) ?? all.get(noun) ?? '';
    expect([call, help]).not.toEqual([call, '']);
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(help).toContain(option);
  }
});

describe('exit code 2 for wrong usage:', () => {
  it.each([
    ['no command', []],
    ['half a command', ['keys']],
    ['a command that is none', ['keys', 'make']],
    ['an option that is none', ['keys', 'list', '--all']],
    ['an argument too many', ['keys', 'list', 'all']],
    ['an argument too few', ['keys', 'show']],
    ['an id that would lead elsewhere', ['keys', 'show', '..']],
    ['a number that is none', ['audit', 'list', '--limit', '0']],
    ['a duration that is none', ['audit', 'tail', '--interval', '5']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await desk.run(args, { variables: desk.ownerKey });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });
});

it('--version tells the version', async () => {
  expect(await desk.done(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('names that strangers have written', () => {
  const hostile = 'a\u001b[2J\u009b31m\u202eb\u2028c\ud83d\udc68\u200d';
  const spelled = 'a\\u{1b}[2J\\u{9b}31m\\u{202e}b\\u{2028}c\ud83d\udc68\\u{200d}';
  let id: string;
  beforeAll(async () => {
    ({ id } = await world.project());
    await world.rewrite('UPDATE project SET name = $1 WHERE id = $2', [hostile, id]);
  });

  it('are spelled out in tables and messages', async () => {
    const table = await desk.owner(['projects', 'list']);
    expect(table).toContain(` ${spelled} `);
    expect(table).not.toMatch(/[^\P{C}\n]/u);
    const { key } = await world.key();
    await world.rewrite('UPDATE api_key SET name = $1 WHERE id = $2', [hostile, key.id]);
    expect(await desk.owner(['keys', 'revoke', key.id, '--yes'])).toContain(`Revoked ${spelled} (`);
  });

  it('are the same to programs, escaped as JSON has it', async () => {
    const json = await desk.owner(['projects', 'list', '--json']);
    expect(json).not.toMatch(/[^\P{C}\n]|[\u2028]/u);
    expect(JSON.parse(json).find((project: { id: string }) => project.id === id).name).toBe(
      hostile,
    );
  });

  it('leave columns where they are, also where they are wide', async () => {
    await world.project('監視 한국 🦊');
    const lines = (await desk.owner(['projects', 'list'])).trimEnd().split('\n');
    const start = (lines[0] ?? '').indexOf('CREATED');
    const wide = lines.find((line) => line.includes('監視')) ?? '';
    // Four letters take two cells each; the fox takes two as well, but has two code units.
    expect(wide.slice(start - 4)).toMatch(/^20\d\d-/);
  });
});
