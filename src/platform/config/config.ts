import type { Settings } from './settings.js';
import type { Secrets } from './secrets.js';

/** Everything that the running server was told, with nothing left to find out. */
export interface Config extends Omit<Settings, keyof Secrets | 'databaseUrl'> {
  readonly databaseUrl: string;
  /** Whether Latchkey runs the database itself. */
  readonly embedded: boolean;
  readonly keyPeppers: readonly string[];
  readonly signingKeys: readonly string[];
}

/** The injection token of {@link Config}. */
export const CONFIG = Symbol('config');

/** The server's own address as clients know it: `PUBLIC_URL`, or where it turned out to listen. */
export class PublicUrl {
  private url: string | null;

  constructor(config: Pick<Config, 'publicUrl'>) {
    this.url = config.publicUrl;
  }

  /** Says where the server listens; `PUBLIC_URL` outranks it. */
  settle(url: string): void {
    this.url ??= url;
  }

  get value(): string {
    if (this.url === null) throw new Error('the server does not listen yet');
    return this.url;
  }
}
