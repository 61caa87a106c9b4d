import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat, chmod, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../terminal/failure.js';
import { exclusively } from './lock.js';

/** A session, kept up by its refresh token. */
export interface SessionCredential {
  readonly type: 'session';
  readonly access_token: string;
  /** When the access token ends, by this machine's clock. */
  readonly expires_at: string;
  readonly refresh_token: string;
}

/** Who calls, and where. A credential goes to no other server than its own. */
export interface Login {
  readonly url: string;
  /** When the login was made: tells it from the next one. */
  readonly since: string;
  readonly credential: SessionCredential | { readonly type: 'api_key'; readonly secret: string };
}

/** What everybody but the owner may do with a file. */
const others = 0o077;

/** The file that a login is kept in, for its owner's eyes only. */
export class LoginFile {
  readonly path: string;

  /**
   * @param folder is made when something is written
   * @param warn is told about what was not as it should be
   */
  constructor(
    private readonly folder: string,
    private readonly warn: (text: string) => void,
  ) {
    this.path = join(folder, 'login.json');
  }

  /**
   * The login; null when there is none. A file that others may read is put right, and its owner told.
   *
   * @throws Failure when the file belongs to somebody else or holds no login
   */
  async read(): Promise<Login | null> {
    const file = await open(this.path, 'r').catch(nullWhereNone);
    if (!file) return null;
    try {
      await this.protect(file);
      return loginIn(await file.readFile('utf8'), this.path);
    } finally {
      await file.close();
    }
  }

  /** Keeps a login, in one step: whoever reads sees the old one or the new one. */
  async write(login: Login): Promise<void> {
    await this.makeFolder();
    const next = `${this.path}.${randomBytes(6).toString('hex')}`;
    try {
      const file = await open(next, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(login, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, this.path);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    }
  }

  /** Forgets the login. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Does work while no other command changes the login. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.makeFolder();
    return exclusively(`${this.path}.lock`, work);
  }

  private async makeFolder(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (!isOpen((await stat(this.folder)).mode)) return;
    await chmod(this.folder, 0o700);
    this.warn(`${this.folder} was open to others; it is closed to them now.`);
  }

  private async protect(file: FileHandle): Promise<void> {
    const { mode, uid } = await file.stat();
    if (process.getuid && uid !== process.getuid())
      throw new Failure(`${this.path} belongs to another user of this machine.`);
    if (!isOpen(mode)) return;
    await file.chmod(0o600);
    this.warn(
      `${this.path} was open to others; it is closed to them now. ` +
        'If they may have read it, log out and in again, or rotate the key.',
    );
  }
}

/** Windows has no such modes. */
function isOpen(mode: number): boolean {
  return process.platform !== 'win32' && (mode & others) !== 0;
}

function nullWhereNone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function loginIn(text: string, path: string): Login {
  try {
    const login = JSON.parse(text) as Login;
    const { type } = login.credential;
    if (typeof login.url === 'string' && (type === 'session' || type === 'api_key')) return login;
  } catch {
    // The parser's own message would show some of the text, which holds a credential.
  }
  throw new Failure(`${path} holds no login: remove it, and log in again.`);
}
