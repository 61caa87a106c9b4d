import { chmod, readdir, stat } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcome } from '../harness/client.js';
import { Person } from '../harness/person.js';
import { password, World } from '../harness/world.js';
import { Desk } from './desk.js';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
});
beforeEach(async () => {
  desk = await Desk.sit(world);
});
afterEach(() => desk.leave());
afterAll(() => world.close());

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('latchkey login', () => {
  it('keeps a session, for its owner’s eyes only, and shows no token', async () => {
    const { email } = await world.human('admin');
    const { code, stdout, stderr } = await desk.run(['login', '--email', email], {
      input: `${password}\n`,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^e-mail +${email}$`, 'm'));
    expect(stdout).toMatch(/^role +admin$/m);
    const { credential, url } = await desk.readLogin();
    expect(url).toBe(world.server.url);
    expect(stdout).not.toContain(credential.access_token);
    expect(stdout).not.toContain(credential.refresh_token);
    expect([await modeOf(desk.loginFolder), await modeOf(desk.loginFile)]).toEqual(['700', '600']);
    expect(await readdir(desk.loginFolder)).toEqual(['login.json']);
    expect(await desk.json(['whoami'])).toMatchObject({ email, credential: { type: 'session' } });
  });

  it('asks for what is not given, and for the code of whoever has a second factor', async () => {
    const { email } = await world.human();
    const person = await Person.enrolled(world, email);
    const input = `${email}\n${password}\n${await person.code(1)}\n`;
    expect(await desk.done(['login'], { input })).toContain(email);
  });

  it('keeps an API key with --key, and checks it first', async () => {
    const key = world.server.first.apiKey;
    await desk.done(['login', '--key'], { input: `${key}\n` });
    expect(await desk.json(['whoami'])).toMatchObject({ credential: { type: 'api_key' } });
    const wrong = await desk.run(['login', '--key'], { input: 'sk_hush-hush\n' });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^.+ \(401 invalid_token\)$/m);
    expect(wrong.stderr).not.toContain('hush-hush');
    const none = await desk.run(['login', '--key'], { input: '\n' });
    expect(none).toMatchObject({ code: 1, stderr: 'That is no API key.\n' });
    expect((await desk.readLogin()).credential.secret).toBe(key);
  });

  it('exit code 1 and no file when the password is wrong, or none comes', async () => {
    const { email } = await world.human();
    const wrong = await desk.run(['login', '--email', email], { input: 'hush-hush\n' });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/\(401 invalid_credentials\)/);
    expect(wrong.stderr).not.toContain('hush-hush');
    const none = await desk.run(['login', '--email', email]);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Standard input .+\n$/) });
    await expect(stat(desk.loginFile)).rejects.toThrow('ENOENT');
  });

  it('shows nothing of a password that is typed at a terminal', async () => {
    const { email } = await world.human();
    const login = desk.onTerminal(['login']);
    await login.stdout.match(/E-mail: /);
    login.type(`${email}\r`);
    await login.stdout.match(/Password: /);
    login.type(`${password}\r`);
    expect(await login.ended).toMatchObject({ code: 0 });
    expect(login.stdout.text).toContain(email);
    expect(login.stdout.text).not.toContain(password);
    expect(await desk.json(['whoami'])).toMatchObject({ email });
  });

  it('exit code 130 and no file after Ctrl-C at the prompt', async () => {
    const login = desk.onTerminal(['login', '--email', 'ada@example.com']);
    await login.stdout.match(/Password: /);
    login.type('half\u0003');
    expect(await login.ended).toMatchObject({ code: 130 });
    expect(login.stdout.text).not.toContain('half');
    await expect(stat(desk.loginFile)).rejects.toThrow('ENOENT');
  });
});

describe('latchkey logout', () => {
  it('ends the session here and at the server, also when the access token has expired', async () => {
    await desk.login();
    await desk.age();
    const { credential } = await desk.readLogin();
    expect(await desk.run(['logout'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'The session is over.\n',
    });
    await expect(stat(desk.loginFile)).rejects.toThrow('ENOENT');
    const old = world.client(credential.access_token);
    expect(outcome(await old.get('/users/me'))).toBe('401 invalid_token');
  });

  it('forgets a session that is over already', async () => {
    const email = await desk.login();
    await world.rewrite('UPDATE session SET ended_at = now()');
    expect((await desk.run(['logout'])).code).toBe(0);
    await desk.login(email);
  });

  it('keeps the login where the server cannot be reached', async () => {
    await desk.login();
    const file = { ...(await desk.readLogin()), url: 'http://127.0.0.1:1' };
    await desk.writeLogin(JSON.stringify(file));
    const { code, stderr } = await desk.run(['logout']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^Latchkey cannot be reached: .+\n$/),
    ]);
    expect(await desk.readLogin()).toEqual(file);
  });

  it('forgets an API key, which stays good', async () => {
    const { key, client } = await world.key();
    await desk.done(['login', '--key'], { input: key.secret });
    const { code, stderr } = await desk.run(['logout']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('still good')]);
    await expect(stat(desk.loginFile)).rejects.toThrow('ENOENT');
    expect(outcome(await client.get('/users/me'))).toBe('200');
  });
});

describe('the login file', () => {
  it('is closed to others when it was open, and its owner is told', async () => {
    await desk.login();
    await chmod(desk.loginFile, 0o644);
    const { code, stderr } = await desk.run(['whoami']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/login\.json was open to others.+\n$/),
    ]);
    expect(await modeOf(desk.loginFile)).toBe('600');
    expect((await desk.run(['whoami'])).stderr).toBe('');
  });

  it('goes into a folder that is closed to others', async () => {
    await desk.login();
    await chmod(desk.loginFolder, 0o755);
    await desk.login();
    expect(await modeOf(desk.loginFolder)).toBe('700');
  });

  it('exit code 1 when there is none, or nothing that can be read, without showing it', async () => {
    expect(await desk.run(['whoami'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^You are not logged in: .+\n$/),
    });
    await desk.login();
    await desk.writeLogin('{"credential":{"secret":"hush-hush"');
    const { code, stderr } = await desk.run(['whoami']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/holds no login: remove it, and log in again\.\n$/),
    ]);
    expect(stderr).not.toContain('hush-hush');
  });

  it('gives its credential to no other server than its own', async () => {
    await desk.login();
    const { code, stderr } = await desk.run(['whoami', '--url', 'http://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^You are logged in at .+, not at http:\/\/127\.0\.0\.1:1: .+\n$/);
  });

  it('says where the server is, unless option or environment do', async () => {
    await desk.login();
    const unsaid = { LATCHKEY_URL: '' };
    expect(await desk.done(['whoami'], { variables: unsaid })).toContain(world.server.url);
    const elsewhere = { LATCHKEY_URL: 'http://127.0.0.1:1' };
    expect((await desk.run(['whoami'], { variables: elsewhere })).code).toBe(1);
    const said = ['whoami', '--url', `${world.server.url}/`];
    expect(await desk.done(said, { variables: elsewhere })).toContain(world.server.url);
  });
});

describe('LATCHKEY_TOKEN', () => {
  it('outranks the login, and a file .env is not read', async () => {
    await desk.login();
    const key = await desk.json(['whoami'], { variables: desk.ownerKey });
    expect(key.credential.type).toBe('api_key');
    await desk.write('.env', 'LATCHKEY_URL=http://127.0.0.1:1\nLATCHKEY_TOKEN=nonsense\n');
    expect((await desk.json(['whoami'])).credential.type).toBe('session');
  });

  it('exit code 2, without showing it, when it is no token', async () => {
    const variables = { LATCHKEY_TOKEN: 'hush hush' };
    const { code, stderr } = await desk.run(['whoami'], { variables });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^LATCHKEY_TOKEN .+\n$/)]);
    expect(stderr).not.toContain('hush hush');
  });
});

describe('the address of the server', () => {
  it('exit code 2 for a login that was made by http to another machine, without --allow-http', async () => {
    await desk.login();
    await desk.moveLogin('http://nowhere.invalid');
    for (const command of ['whoami', 'logout']) {
      const { code, stderr } = await desk.run([command], { variables: { LATCHKEY_URL: '' } });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/is not encrypted/)]);
    }
  });

  it.each([
    ['http to another machine', 'http://auth.example.com', /is not encrypted/],
    ['no address', 'here', /must be like https:/],
    ['one with a password', 'https://ada:hush-hush@auth.example.com', /must be like https:/],
    ['another protocol', 'ftp://auth.example.com', /must be like https:/],
  ])('exit code 2 for %s', async (_, url, message) => {
    const { code, stderr } = await desk.run(['whoami', '--url', url], { variables: desk.ownerKey });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toContain('hush-hush');
  });

  it('may be http to another machine with --allow-http', async () => {
    const args = ['whoami', '--url', 'http://nowhere.invalid', '--allow-http'];
    const { code, stderr } = await desk.run(args, { variables: desk.ownerKey });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^Latchkey cannot be reached: .+\n$/),
    ]);
  });
});
