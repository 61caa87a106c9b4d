import { createPublicKey } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignedCheckpoint } from '../../src/access/audit-chain/checkpoint.js';
import { verifyChain } from '../../src/access/audit-chain/verify-chain.js';
import { World } from '../harness/world.js';
import { Premises } from '../start/latchkey-process.js';
import { sealedLog, unlinked } from './audit-log.js';

let world: World;
let premises: Premises;
beforeEach(async () => {
  world = await World.start();
  premises = await Premises.open();
});
afterEach(async () => {
  await premises.close();
  await world.close();
});

/** Starts another instance on the world's database, as a process of its own. */
function start() {
  const { databaseUrl, keyPeppers } = world.server.config;
  const { signingKey } = world.server;
  return premises.start({
    DATABASE_URL: databaseUrl,
    KEY_PEPPER: keyPeppers.join(','),
    SIGNING_KEY: Buffer.from(signingKey).toString('base64'),
    HOST: '127.0.0.1',
    RATE_LIMIT_PER_MINUTE: '100000',
  });
}

async function checkpoints(): Promise<SignedCheckpoint[]> {
  const folder = join(premises.dataDir, 'checkpoints');
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const lines = texts.join('').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

describe('a server that is stopped', () => {
  it('leaves a checkpoint of every organization and of the operator, which verifies the log', async () => {
    const publicKey = createPublicKey(world.server.signingKey);
    const other = await world.otherOrganization();
    await sealedLog(world.owner);
    const server = start();
    await server.listening();
    await server.kill('SIGTERM');
    const written = await checkpoints();
    const ids = written.map((checkpoint) => checkpoint.organization_id);
    expect(new Set(ids)).toEqual(new Set([world.organizationId, other.id, null]));
    const own = written.filter((checkpoint) => checkpoint.organization_id === world.organizationId);
    const log = await sealedLog(world.owner);
    expect(verifyChain(log, own, publicKey)).toEqual([]);
    const cut = log.filter((event) => event.seq < (own[0]?.seq ?? 0));
    expect(verifyChain(cut, own, publicKey)).not.toEqual([]);
  });

  it('signs again only what has moved since', async () => {
    await sealedLog(world.owner);
    for (let starts = 0; starts < 2; starts += 1) {
      const server = start();
      await server.listening();
      await server.kill('SIGTERM');
    }
    const seqs = (await checkpoints()).map(({ organization_id, seq }) => [organization_id, seq]);
    expect(new Set(seqs.map(String)).size).toBe(seqs.length);
  });

  it('seals and stops all the same where no checkpoint can be written', async () => {
    await writeFile(premises.dataDir, 'not a folder');
    const server = start();
    const client = await server.client(world.server.first.apiKey);
    expect(unlinked(await sealedLog(client))).toEqual([]);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(server.stderr.text).toContain('checkpoints cannot be written');
  });
});

describe('kill -9 of an instance under load', () => {
  it('leaves a chain that the others and the next start go on with', async () => {
    for (let kills = 0; kills < 2; kills += 1) {
      const server = start();
      const client = await server.client(world.server.first.apiKey);
      const flood = Array.from({ length: 16 }, async () => {
        for (;;) await client.get('/users/me');
      });
      const ended = Promise.allSettled(flood);
      await sealedLog(client);
      await server.kill('SIGKILL');
      await ended;
    }
    const next = await start().client(world.server.first.apiKey);
    expect(unlinked(await sealedLog(next))).toEqual([]);
  });
});
