import { createServer, type ServerResponse } from 'node:http';
import { readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../harness/world.js';
import { Desk } from './desk.js';
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

describe('latchkey audit export', () => {
  it('writes the log to standard output as the API has it', async () => {
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  });

  it('writes a file for its owner’s eyes only, and nothing beside it', async () => {
    const said = await desk.owner(['audit', 'export', '-o', 'log.ndjson']);
    const path = join(desk.folder, 'log.ndjson');
    const text = await readFile(path, 'utf8');
    const count = text.split('\n').length - 1;
    expect(said).toBe(`Wrote ${count} events to log.ndjson.\n`);
    expect(text.startsWith(`${lines.join('\n')}\n`)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(desk.folder)).filter((name) => name.startsWith('log'))).toEqual([
      'log.ndjson',
    ]);
  });

  it('narrows, writes csv, and tells programs what it has written', async () => {
    const narrowing = ['--action', 'api_key.created', '--format', 'csv'];
    const args = ['audit', 'export', ...narrowing, '-o', 'log.csv', '--json'];
    const said = JSON.parse(await desk.owner(args));
    const text = await readFile(join(desk.folder, 'log.csv'), 'utf8');
    const count = events.filter(({ action }) => action === 'api_key.created').length;
    expect(said).toEqual({ file: 'log.csv', events: count, bytes: Buffer.byteLength(text) });
    expect(text.trimEnd().split('\n')).toHaveLength(count + 1);
  });

  it('shows on a terminal how far it has come', async () => {
    const args = ['audit', 'export', '-o', 'shown.ndjson'];
    const shown = desk.onTerminal(args, desk.ownerKey);
    expect((await shown.ended).code).toBe(0);
    expect(shown.stdout.text).toMatch(/\d+ events…\r.\[KWrote \d+ events/);
  });

  it.each<[string, string, (response: ServerResponse) => void, RegExp]>([
    ['breaks off', '', (response) => response.destroy(), /^The server broke off: .+\n$/],
    ['cuts an event in two', '{"i', (response) => response.end(), /in the middle of an event\.\n$/],
  ])('exit code 1 and no file when the server %s', async (_, rest, finish, message) => {
    const { server, variables } = await serving(`${lines[0]}\n${rest}`, finish);
    const { code, stderr } = await desk.run(['audit', 'export', '-o', 'broken'], { variables });
    server.close();
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect((await readdir(desk.folder)).filter((name) => name.includes('broken'))).toEqual([]);
  });

  it.each([
    ['in the place of a link or a device', 'link', /^link is no file: .+\n$/],
    ['in a folder that there is not', 'no/such/file', /^ENOENT: .+\n$/],
  ])('exit code 1 at once rather than a file %s', async (_, path, message) => {
    await rm(join(desk.folder, 'link'), { force: true });
    await symlink('/dev/null', join(desk.folder, 'link'));
    const { server, variables } = await serving(`${lines[0]}\n`, () => {});
    const { code, stderr } = await desk.run(['audit', 'export', '-o', path], { variables });
    server.closeAllConnections();
    server.close();
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it('exit code 130 and no file after Ctrl-C', async () => {
    const { server, variables } = await serving(`${lines[0]}\n`, () => {});
    const half = desk.start(['audit', 'export', '-o', 'half'], { variables });
    while (!(await readdir(desk.folder)).some((name) => name.endsWith('.part')));
    expect(await half.kill('SIGINT')).toEqual({ code: 130, signal: null });
    server.closeAllConnections();
    server.close();
    expect((await readdir(desk.folder)).filter((name) => name.includes('half'))).toEqual([]);
  });
});

/** A server that answers with so much of an export and then finishes in its own way, and how to call it. */
async function serving(text: string, finish: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(text, () => finish(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const variables = { ...desk.ownerKey, LATCHKEY_URL: `http://127.0.0.1:${port}` };
  return { server, variables };
}
