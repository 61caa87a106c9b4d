import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../src/access/audit-chain/checkpoint.js';
import { findFreePort } from '../../dist/src/platform/database/embedded/free-port.js';
import { World } from '../harness/world.js';
import { Desk, type Said } from './desk.js';
import { sealedExport, type SealedExport } from './sealed-export.js';

let world: World;
let desk: Desk;
let events: SealedExport['events'];
let lines: SealedExport['lines'];
beforeAll(async () => {
  world = await World.start();
  desk = await Desk.sit(world);
  ({ events, lines } = await sealedExport(world, desk));
});
afterAll(async () => {
  await desk.leave();
  await world.close();
});

/** Verifies an export of these lines. */
async function verify(exported: readonly string[], ...options: string[]): Promise<Said> {
  const input = exported.map((line) => `${line}\n`).join('');
  return desk.run(['audit', 'verify', '-', ...options], { input });
}

/** The findings about an export of these lines, for programs. */
async function found(exported: readonly string[], ...options: string[]) {
  const { code, stdout } = await verify(exported, '--json', ...options);
  const { problems, ...finding } = JSON.parse(stdout);
  return { ...finding, code, first: problems[0] ?? null };
}

/** The lines with another one at a place. */
function changed(at: number, change: (line: string) => string): string[] {
  return lines.with(at, change(lines[at] ?? ''));
}

describe('latchkey audit verify', () => {
  it('finds the log whole, without a server and a login', async () => {
    const path = await desk.write('whole.ndjson', `${lines.join('\n')}\n`);
    const variables = { LATCHKEY_URL: 'http://127.0.0.1:1' };
    const { code, stdout, stderr } = await desk.run(['audit', 'verify', path], { variables });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^result +whole$/m);
    expect(stdout).toContain(`${lines.length}, numbers 1 to ${lines.length}`);
    expect(stdout).toContain(world.organizationId);
    expect(stderr).toMatch(/^Without checkpoints .+\n$/);
  });

  it('passes over events that are not sealed yet', async () => {
    const open = { ...events.at(-1), hash: null, previous_hash: null };
    const exported = [...lines.slice(0, -1), JSON.stringify(open)];
    expect(await found(exported)).toMatchObject({
      code: 0,
      whole: true,
      last_seq: events.length,
      sealed_seq: events.length - 1,
    });
  });

  it.each<[string, () => string[], object]>([
    [
      'an event that was changed',
      () => changed(20, (line) => line.replace('"allowed"', '"denied"')),
      { seq: 21, line: null, problem: 'was changed' },
    ],
    [
      'an event that is gone',
      () => lines.toSpliced(20, 1),
      { seq: 22, line: null, problem: 'does not follow event 20' },
    ],
    [
      'an event that is there twice',
      () => lines.toSpliced(20, 0, lines[20] ?? ''),
      { seq: 21, line: null, problem: 'does not follow event 21' },
    ],
    [
      'a beginning that is cut off',
      () => lines.slice(3),
      { seq: 4, line: null, problem: 'does not follow event 0' },
    ],
    [
      'a name that is there twice, of which other programs take the first',
      () => changed(20, (line) => line.replace('{', '{"action":"nothing.happened",')),
      {
        seq: 21,
        line: null,
        problem: expect.stringMatching(/^is not written as the log writes it/),
      },
    ],
    [
      'a line that is no event',
      () => changed(20, () => '{"seq":21}'),
      { seq: null, line: 21, problem: 'holds no event' },
    ],
    [
      'a line that is no JSON',
      () => changed(20, (line) => line.slice(0, 90)),
      { seq: null, line: 21, problem: 'holds no event' },
    ],
  ])('exit code 1 and where it is broken for %s', async (_, exported, first) => {
    expect(await found(exported())).toMatchObject({ code: 1, whole: false, first });
  });

  it('tells people what is broken, and how much more', async () => {
    const { code, stdout } = await verify(lines.slice(0, 3).concat(Array(200).fill('nonsense')));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^result +BROKEN$/m);
    expect(stdout).toMatch(/^line 4 holds no event$/m);
    expect(stdout).toMatch(/^and 100 more problems$/m);
  });

  it('exit code 1 where there is nothing to verify', async () => {
    const nothing = { code: 1, stdout: '', stderr: 'There is no event in it.\n' };
    expect(await verify([])).toEqual(nothing);
    const { code, stderr } = await desk.run(['audit', 'verify', 'nowhere.ndjson']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^ENOENT: .+\n$/)]);
  });
});

describe('latchkey audit verify --checkpoints', () => {
  const { privateKey: stranger } = generateKeyPairSync('ed25519');
  let jwks: string;
  let genuine: KeyObject;
  beforeAll(async () => {
    genuine = createPrivateKey(world.server.signingKey);
    const answer = await fetch(`${world.server.url}/.well-known/jwks.json`);
    jwks = await desk.write('jwks.json', await answer.text());
  });

  /** A checkpoint of an event, as a line of the server's files. */
  function checkpoint(seq: number, key = genuine, organization_id = world.organizationId): string {
    const hash = events[seq - 1]?.hash ?? '';
    return JSON.stringify(
      signCheckpoint({ organization_id, seq, hash, at: '2026-11-28T00:00:00.000Z' }, key),
    );
  }

  async function against(checkpoints: readonly string[], exported = lines) {
    const path = await desk.write('checkpoints.ndjson', `\n${checkpoints.join('\n')}\n`);
    return found(exported, '--checkpoints', path, '--jwks', jwks);
  }

  it('finds how far the log is vouched for, and passes over other logs and torn lines', async () => {
    const others = [checkpoint(5, genuine, world.ownerId), checkpoint(50).slice(0, 60)];
    expect(await against([checkpoint(10), ...others, checkpoint(40)])).toMatchObject({
      code: 0,
      whole: true,
      checkpoints: 2,
      vouched_seq: 40,
    });
  });

  it('takes a folder, and fetches the keys', async () => {
    const folder = join(desk.folder, 'checkpoints');
    await mkdir(folder);
    await desk.write('checkpoints/2026-11-27.ndjson', `${checkpoint(10)}\n`);
    await desk.write('checkpoints/2026-11-28.ndjson', `${checkpoint(30)}\n`);
    const url = `${world.server.url}/.well-known/jwks.json`;
    const finding = await found(lines, '--checkpoints', folder, '--jwks', url);
    expect(finding).toMatchObject({ code: 0, checkpoints: 2, vouched_seq: 30 });
  });

  it('takes checkpoints of several keys, as they are after one was replaced', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { keys } = JSON.parse(await readFile(jwks, 'utf8'));
    const both = [...keys, rsa.publicKey.export({ format: 'jwk' })];
    const [signed, published] = await Promise.all([
      desk.write('several.ndjson', [checkpoint(10), checkpoint(20, rsa.privateKey)].join('\n')),
      desk.write('several.json', JSON.stringify({ keys: both })),
    ]);
    const of = (set: string) => found(lines, '--checkpoints', signed, '--jwks', set);
    expect(await of(published)).toMatchObject({ code: 0, checkpoints: 2, vouched_seq: 20 });
    expect(await of(jwks)).toMatchObject({ code: 1, first: { seq: 20 } });
  });

  it('exit code 1 for an end that is cut off, and a beginning that nothing vouches for', async () => {
    expect(await against([checkpoint(40)], lines.slice(0, 30))).toMatchObject({
      code: 1,
      first: { seq: 40, problem: 'is missing, and a checkpoint names it' },
    });
    expect(await against([checkpoint(9)], lines.slice(9))).toMatchObject({
      code: 0,
      first_seq: 10,
    });
    expect(await against([checkpoint(8)], lines.slice(9))).toMatchObject({ code: 1 });
  });

  it('exit code 1 for checkpoints that somebody else has signed', async () => {
    expect(await against([checkpoint(10, stranger)])).toMatchObject({
      code: 1,
      first: { seq: 10, problem: 'has a checkpoint that is signed by none of these keys' },
    });
  });

  it('exit code 1 where no checkpoint is of this log, or there is no key', async () => {
    const path = await desk.write('foreign.ndjson', checkpoint(5, genuine, world.ownerId));
    const foreign = await verify(lines, '--checkpoints', path, '--jwks', jwks);
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringMatching(/^None of the 1 /) });
    const keyless = await verify(lines, '--checkpoints', path, '--jwks', path);
    expect(keyless).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds no key of Ed25519 or RSA'),
    });
  });

  it('exit code 1 with the reason where the keys cannot be fetched', async () => {
    const path = await desk.write('fetched.ndjson', checkpoint(10));
    const from = (url: string) => verify(lines, '--checkpoints', path, '--jwks', url);
    const missing = `${world.server.url}/nothing.json`;
    expect(await from(missing)).toMatchObject({
      code: 1,
      stderr: `The keys cannot be fetched: ${missing} answers 404.\n`,
    });
    const silent = `http://127.0.0.1:${await findFreePort()}/jwks.json`;
    expect(await from(silent)).toMatchObject({
      code: 1,
      stderr: `The keys cannot be fetched: ${silent} does not answer, or leads elsewhere.\n`,
    });
  });

  it('exit code 2 for checkpoints without keys', async () => {
    expect(await verify(lines, '--checkpoints', jwks)).toMatchObject({ code: 2 });
  });
});
