import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyDevice, chance, type Tenant, tenantOf } from '../fleet.fixture.ts';
import { post } from '../protocol/posting.ts';
import { readAggregate } from '../protocol/aggregate.ts';
import { sendReport } from '../site/send-report.ts';
import { aggregatorServer } from './server.ts';

const random = chance(21);
const devices = Array.from({ length: 30 }, () => anyDevice(random, 4));

describe("[AGG-DOOR-1] the aggregator's doors", () => {
  let tenant: Tenant;
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    tenant = await tenantOf(2);
    server = aggregatorServer(tenant.aggregator, null).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await tenant.end();
  });

  const base = () => new URL(`http://127.0.0.1:${port}`);
  const raw = async (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.end(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  };
  const REFUSED = /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n\{"error":"refused"\}\n$/;

  it('answer whatever is wrong in one way', async () => {
    const close = 'host: x\r\nconnection: close\r\n';
    const wrongs = [
      `GET / HTTP/1.1\r\n${close}\r\n`,
      `GET /v1/reports HTTP/1.1\r\n${close}\r\n`,
      `POST /elsewhere HTTP/1.1\r\n${close}content-length: 3\r\n\r\nabc`,
      `POST /v1/reports HTTP/1.1\r\n${close}content-length: 3\r\n\r\nabc`,
      `POST /v1/reports HTTP/1.1\r\n${close}content-length: 0\r\n\r\n`,
      `POST /v1/reports HTTP/1.1\r\n${close}content-length: 99999999\r\n\r\nabc`,
      `POST /v1/reports HTTP/1.1\r\n${close}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
      `POST /v1/close HTTP/1.1\r\n${close}content-length: 4\r\n\r\nSFC1`,
      'nonsense\r\n\r\n',
      `GET / HTTP/1.1\r\nbad header\r\n\r\n`,
    ];
    const answers = await Promise.all(wrongs.map(raw));
    expect(answers.map((answer) => REFUSED.test(answer) || answer)).toEqual(wrongs.map(() => true));
  });

  it('take a report and give an aggregate, and hold nothing of who goes away in the middle', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /v1/reports HTTP/1.1\r\nhost: x\r\ncontent-length: 66000\r\n\r\nabc');
    await once(socket, 'connect');
    socket.destroy();
    const report = await tenant.report(0, devices);
    expect(await sendReport(base(), report)).toBe(true);
    expect(await sendReport(base(), report)).toBe(false);
    const aggregate = await post(base(), '/v1/close', await tenant.asking(), 1_000_000);
    const [part] = readAggregate(aggregate ?? Buffer.alloc(0));
    expect(part?.manifest.map(({ header }) => header.site)).toEqual(['site-0']);
    await expect(post(base(), '/v1/close', await tenant.asking(), 100)).rejects.toThrow(
      'more than 100 bytes',
    );
  });

  it('are told apart from an aggregator that is not there', async () => {
    await expect(post(new URL('http://127.0.0.1:1'), '/v1/reports', new Uint8Array(), 10)).rejects.toThrow(
      'did not answer',
    );
  });
});
