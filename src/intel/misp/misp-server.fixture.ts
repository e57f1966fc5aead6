import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Held {
  timestamp: number;
  /** `null`: the manifest names it, and it is not there. */
  body: string | Buffer | null;
}

/** A MISP feed on loopback: its manifest with an ETag, and events beside it. */
export class MispServer implements AsyncDisposable {
  /** By the name under which the manifest has it. */
  readonly events = new Map<string, Held>();
  /** Paths and queries, in the order in which they were asked for. */
  readonly asked: string[] = [];
  /** Where an event's name leads instead. */
  readonly redirects = new Map<string, string>();
  /** What is sent as the manifest; where it is `null`, what there is. */
  manifest: string | null = null;
  onAsked: (path: string) => unknown = () => undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://misp.example');
      this.asked.push(`${url.pathname}${url.search}`);
      const name = /^\/osint\/(.+)\.json$/.exec(url.pathname)?.[1] ?? '';
      const manifest = this.manifest ?? this.#manifest();
      const etag = `"${createHash('sha256').update(manifest).digest('hex')}"`;
      this.onAsked(url.pathname);
      const location = this.redirects.get(name);
      if (location !== undefined) return void response.writeHead(302, { location }).end();
      if (name !== 'manifest') {
        const body = this.events.get(name)?.body ?? null;
        return void response.writeHead(body === null ? 404 : 200).end(body ?? 'no');
      }
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      response.writeHead(200, { etag }).end(manifest);
    });
  }

  static async start(): Promise<MispServer> {
    const server = new MispServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  url(path = 'manifest.json'): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/osint/${path}`);
  }

  /** One that lists the address `198.51.100.value`. */
  put(id: string, timestamp: number, value: number): void {
    const attribute = { type: 'ip-dst', value: `198.51.100.${value}`, to_ids: true };
    const event = { uuid: id, info: 'x', timestamp: String(timestamp), Attribute: [attribute] };
    this.events.set(id, { timestamp, body: JSON.stringify({ Event: event }) });
  }

  /** What was asked for since the last call, without the manifest. */
  newlyAsked(): readonly string[] {
    return this.asked
      .splice(0)
      .filter((path) => !path.startsWith('/osint/manifest.json'))
      .map((path) => path.replace('/osint/', ''));
  }

  #manifest(): string {
    const entries = [...this.events].map(([id, { timestamp }]) => [
      id,
      { info: 'x', timestamp: String(timestamp), Orgc: { name: 'x' } },
    ]);
    return JSON.stringify(Object.fromEntries(entries));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
