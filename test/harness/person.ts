import { Authenticator } from './authenticator.js';
import type { Answer, Client, Json } from './client.js';
import { password, someAddress, type World } from './world.js';

/** A human with a session and an authenticator app. */
export class Person {
  recoveryCodes: string[] = [];

  private constructor(
    private readonly world: World,
    readonly email: string,
    readonly client: Client,
    readonly app: Authenticator,
  ) {}

  /** Somebody whose app has the secret, and the code that will enable it. */
  static async beginning(world: World, email: string): Promise<{ person: Person; code: string }> {
    const client = await world.session(email);
    const answer = await client.post('/auth/totp', { current_password: password });
    if (answer.status !== 201) throw new Error(`POST /auth/totp: ${answer.status} ${answer.text}`);
    const person = new Person(world, email, client, Authenticator.reading(answer.body.otpauth_url));
    return { person, code: await person.code() };
  }

  /** Somebody with a second factor, enabled in their session. */
  static async enrolled(world: World, email: string): Promise<Person> {
    const { person, code } = await Person.beginning(world, email);
    const { status, body, text } = await person.client.post('/auth/totp/confirm', { code });
    if (status !== 200) throw new Error(`POST /auth/totp/confirm: ${status} ${text}`);
    person.recoveryCodes = body.recovery_codes;
    return person;
  }

  /** The code that the app shows, by the server's clock and so many steps of 30 seconds later. */
  async code(steps = 0): Promise<string> {
    const [row] = await this.world.server.sql<{ now: number }>(
      'SELECT extract(epoch FROM admission_clock())::float8 AS now',
    );
    return this.app.code((row?.now ?? NaN) + steps * 30);
  }

  /** Signs in from an address of its own, with a code or without. */
  login(more: Json = {}, address = someAddress()): Promise<Answer> {
    const { email } = this;
    const client = this.world.client(null).with({ 'x-forwarded-for': address });
    return client.post('/auth/login', { email, password, ...more });
  }

  /** A session that was opened with a code of the next step. */
  async session(): Promise<Client> {
    const { status, body, text } = await this.login({ code: await this.code(1) });
    if (status !== 200) throw new Error(`login: ${status} ${text}`);
    return this.world.client(body.access_token);
  }
}
