import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What lies between a command and a server, and can be spoiled. */
export class Network {
  private hold: ((release: () => void) => void) | null = null;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** Puts a network in front of a server. */
  static async before(target: string): Promise<Network> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const network = new Network(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => void network.pass(target, request, response));
    return network;
  }

  /** Keeps the server's next answer. Resolves once there is one, with the way to let it through. */
  nextAnswer(): Promise<() => void> {
    return new Promise((resolve) => (this.hold = resolve));
  }

  /** Cuts every connection that is open. */
  cut(): void {
    this.server.closeAllConnections();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private async pass(
    target: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const { authorization, 'content-type': type, 'user-agent': agent } = headers;
    const body = await text(request);
    const answer = await fetch(`${target}${url}`, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(type !== undefined && { 'content-type': type }),
        ...(agent !== undefined && { 'user-agent': agent }),
      },
      ...(body !== '' && { body }),
    });
    const answered = await answer.text();
    const { hold } = this;
    this.hold = null;
    if (hold) await new Promise<void>((release) => hold(release));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered);
  }
}
