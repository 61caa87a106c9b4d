import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A network between a server and its database that a test can spoil. */
export interface Proxy {
  /** The database's address, by way of the proxy. */
  readonly url: string;
  /** Nothing gets through any more, in either direction, and nobody is told. */
  freeze(): void;
  /** Every connection is cut, and new ones are refused until {@link mend}. */
  cut(): void;
  /** Drops the database's next answer that holds the text and cuts its connection: nobody learns what became of the statement. */
  loseNextAnswer(text?: string): void;
  /** Keeps the database's next answer that holds the text. Resolves once there is one, with the way to let it through. */
  holdNextAnswer(text: string): Promise<() => void>;
  /** How often a text was sent to the database. */
  timesSent(text: string): number;
  mend(): void;
  close(): Promise<void>;
}

/** What to do with the answer that is waited for: true when it goes no further for now. */
type Trap = (answer: Buffer, near: Socket, far: Socket) => boolean;

/** Puts a proxy in front of a database. */
export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const sent: Buffer[] = [];
  let [frozen, refusing] = [false, false];
  let trap: Trap | null = null;
  const server = createServer((near) => {
    if (refusing) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port || 5432), target.hostname);
    join(near, far, (data) => {
      sent.push(data);
      far.write(data);
    });
    join(far, near, (data) => {
      if (!trap?.(data, near, far)) near.write(data);
    });
  });
  const join = (from: Socket, to: Socket, pass: (data: Buffer) => void) => {
    sockets.add(from);
    from.on('error', () => {});
    from.on('data', (data: Buffer) => {
      if (!frozen) pass(data);
    });
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const destroyAll = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.href,
    freeze: () => {
      frozen = true;
    },
    cut: () => {
      refusing = true;
      destroyAll();
    },
    loseNextAnswer: (text = '') => {
      trap = (answer, near, far) => {
        if (!answer.includes(text)) return false;
        trap = null;
        near.destroy();
        far.destroy();
        return true;
      };
    },
    holdNextAnswer: (text) =>
      new Promise((held) => {
        trap = (answer, near, far) => {
          if (!answer.includes(text)) return false;
          trap = null;
          far.pause();
          held(() => {
            near.write(answer);
            far.resume();
          });
          return true;
        };
      }),
    timesSent: (text) => sent.filter((data) => data.includes(text)).length,
    mend: () => {
      [frozen, refusing] = [false, false];
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
