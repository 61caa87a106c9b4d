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
  /** Drops the database's next answer and cuts its connection: nobody learns what became of the statement. */
  loseNextAnswer(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Puts a proxy in front of a database. */
export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let [frozen, refusing, losing] = [false, false, false];
  const server = createServer((near) => {
    if (refusing) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port || 5432), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('data', (data: Buffer) => {
        if (frozen) return;
        if (losing && from === far) {
          losing = false;
          near.destroy();
          far.destroy();
          return;
        }
        to.write(data);
      });
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
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
    loseNextAnswer: () => {
      losing = true;
    },
    mend: () => {
      [frozen, refusing] = [false, false];
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
