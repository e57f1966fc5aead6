import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Aggregator, networkOf } from '../../model/index.ts';
import { CERT, KEY } from '../../outputs/localhost.fixture.ts';
import { post, PostError } from '../protocol/posting.ts';
import { aggregatorServer, type DoorLimits } from './server.ts';

const LIMITS: DoorLimits = {
  connections: 12,
  connectionsPerNetwork: 8,
  handshakeMs: 60_000,
  headersMs: 60_000,
  requestMs: 60_000,
  answerMs: 60_000,
};
const TAKES_ALL: Aggregator = {
  accept: () => Promise.resolve(true),
  close: () => Promise.resolve(Buffer.alloc(8_000_000)),
};

describe("the aggregator's door", () => {
  let server: Server;
  let port = 0;
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
    server.closeAllConnections();
  });

  async function listen(
    aggregator: Aggregator,
    limits: Partial<DoorLimits>,
    tls: { cert: Buffer; key: Buffer } | null,
  ): Promise<void> {
    server = aggregatorServer(aggregator, tls, { ...LIMITS, ...limits }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }
  const silent = async (from = '127.0.0.1') => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    sockets.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
    return socket;
  };
  const isTaken = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path: '/v1/reports', method: 'POST', ca: CERT };
      request(
        { ...options, servername: 'localhost', localAddress: '127.0.0.2', agent: false },
        (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        },
      )
        .once('error', reject)
        .end('report');
    });

  it('[AGG-DOOR-2] is not held shut by the silent connections of one address', async () => {
    await listen(TAKES_ALL, {}, { cert: CERT, key: KEY });
    const held = [];
    for (let nth = 0; nth < LIMITS.connectionsPerNetwork; nth++) held.push(await silent());
    const oneMore = await silent();
    await once(oneMore, 'close');
    expect(await isTaken()).toBe(202);
    // Who lets go of one may have another.
    const [first] = held;
    first?.destroy();
    await expect
      .poll(async () => {
        const again = await silent();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return again.closed;
      })
      .toBe(false);
  });

  it('[AGG-DOOR-2] lets go of who does not come to TLS', async () => {
    await listen(TAKES_ALL, { handshakeMs: 100 }, { cert: CERT, key: KEY });
    const socket = await silent();
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
  });

  it('[AGG-DOOR-2] lets go of who does not take an answer', async () => {
    await listen(TAKES_ALL, { answerMs: 100 }, null);
    const slow = await silent();
    slow.pause().write('POST /v1/close HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\nx');
    const [{ socket }] = (await once(server, 'request')) as [IncomingMessage];
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });

  it('[AGG-DOOR-3] tells a fault of its machine from a refusal, and nothing more of it', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('ENOSPC: no space left on device'));
    await listen({ accept: fails, close: fails }, {}, null);
    for (const path of ['/v1/reports', '/v1/close']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: 'x' });
      expect([answer.status, await answer.text()]).toEqual([503, '{"error":"unavailable"}\n']);
      await expect(
        post(new URL(`http://127.0.0.1:${port}`), path, Buffer.from('x'), 10),
      ).rejects.toMatchObject({ name: 'PostError', mayHaveArrived: true });
    }
  });

  it('[FLEET-STAT-19] that could not be reached, or did not prove who it is, got nothing', async () => {
    await listen(TAKES_ALL, {}, { cert: CERT, key: KEY });
    const sent = (url: string) =>
      post(new URL(url), '/v1/reports', Buffer.from('x'), 10).catch((cause: unknown) => cause);
    const unproven = await sent(`https://127.0.0.1:${port}`);
    server.close();
    const unreached = [
      await sent(`http://127.0.0.1:${port}`),
      await sent('http://nowhere.invalid'),
      await sent(`http://localhost:${port}`),
    ];
    for (const cause of [unproven, ...unreached]) {
      expect(cause).toBeInstanceOf(PostError);
      expect(cause).toMatchObject({ mayHaveArrived: false });
    }
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('[AGG-DOOR-2] counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
