import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Added {
  readonly at: string;
  readonly object: object;
}

export interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

type Misdeed = (request: Asked, response: ServerResponse) => boolean;

export const COLLECTION = '91a7b528-80eb-42ed-a74d-c6fbd5a26116';
const ROOT = '/api1/';

/** A TAXII 2.1 server on loopback over TLS, as the specification has it, until it is told to misbehave. */
export class TaxiiServer {
  readonly asked: Asked[] = [];
  /** In the order in which they were added. */
  readonly added: Added[] = [];
  /** More than one of them: the collection has to be named. */
  collections = [{ id: COLLECTION, title: 'High value', alias: 'high', can_read: true }];
  /** A page has so many objects at most. */
  pageObjects = 2;
  authorization: string | null = null;
  /** Whether it names the next page; else the client goes on by the date. */
  namesNext = true;
  /** Looks at a request first; whether it has answered it. */
  misdeed: Misdeed = () => false;
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  /** @param identity of localhost */
  static async start(identity: { readonly key: Buffer; readonly cert: Buffer }): Promise<TaxiiServer> {
    const server = createServer(identity);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const taxii = new TaxiiServer(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => taxii.#answer(request, response));
    return taxii;
  }

  url(path = `${ROOT}collections/${COLLECTION}/`): string {
    return `https://localhost:${this.#port}${path}`;
  }

  /** Of all that was asked the pages of objects. */
  get pages(): readonly Asked[] {
    return this.asked.filter(({ path }) => path.endsWith('/objects/'));
  }

  add(at: string, ...objects: readonly object[]): void {
    for (const object of objects) this.added.push({ at, object });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url());
    const asked = {
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
    };
    this.asked.push(asked);
    if (this.misdeed(asked, response)) return;
    if (this.authorization !== null && request.headers.authorization !== this.authorization)
      return void response.writeHead(401).end();
    if (!/^application\/taxii\+json;version=2\.1$/.test(request.headers.accept ?? ''))
      return void response.writeHead(406).end();
    const found = this.#found(asked);
    if (found === null) return void response.writeHead(404).end();
    this.send(response, found.body, found.last);
  }

  send(response: ServerResponse, body: object, last: string | null = null): void {
    response.writeHead(200, {
      'content-type': 'application/taxii+json;version=2.1',
      ...(last === null ? {} : { 'x-taxii-date-added-last': last }),
    });
    response.end(JSON.stringify(body));
  }

  #found({ path, query }: Asked): { readonly body: object; readonly last: string | null } | null {
    const plain = (body: object) => ({ body, last: null });
    if (path === '/taxii2/')
      return plain({ title: 'Test', default: this.url(ROOT), api_roots: [this.url(ROOT)] });
    if (path === ROOT)
      return plain({ title: 'One', versions: ['application/taxii+json;version=2.1'], max_content_length: 9 });
    if (path === `${ROOT}collections/`) return plain({ collections: this.collections });
    return path === `${ROOT}collections/${COLLECTION}/objects/` ? this.#page(query) : null;
  }

  #page(query: Asked['query']): { readonly body: object; readonly last: string | null } {
    const { added_after: after = '', next = '0', limit = '1000' } = query;
    const from = Number(next);
    const later = this.added.filter(({ at }) => at > after);
    const some = later.slice(from, from + Math.min(Number(limit), this.pageObjects));
    const end = from + some.length;
    const more = end < later.length;
    const body = {
      ...(some.length === 0 ? {} : { objects: some.map(({ object }) => object) }),
      more,
      ...(more && this.namesNext ? { next: String(end) } : {}),
    };
    return { body, last: some.at(-1)?.at ?? null };
  }
}

let made = 0;

/** An indicator for an address; the same `number` is another version of the same object. */
export function indicator(number: number, address: string, more: object = {}): object {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    created: '2026-05-01T00:00:00.000Z',
    modified: `2026-05-02T00:00:${String(made++ % 60).padStart(2, '0')}.000Z`,
    indicator_types: ['malicious-activity'],
    pattern: `[ipv4-addr:value = '${address}']`,
    pattern_type: 'stix',
    valid_from: '2026-05-01T00:00:00Z',
    ...more,
  };
}
