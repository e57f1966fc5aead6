import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { LogFolder } from '../../sources/log-folder.fixture.ts';
import { FleetState } from '../fleet-state.ts';
import { download, type DownloadSettings } from './download.ts';
import { IntelIntake } from './intake.ts';
import { NO_FETCH, NOTHING_SAID } from './source.ts';

const OPEN = { allowPrivate: true, allowHttp: true } as const satisfies DownloadSettings;

async function served(listener: RequestListener, work: (url: URL) => Promise<void>): Promise<void> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A feed that has a version. */
const versioned =
  (feed: { version: string; text: string; asked: number }): RequestListener =>
  (request, response) => {
    feed.asked++;
    if (request.headers['if-none-match'] === feed.version) return void response.writeHead(304).end();
    response.writeHead(200, { etag: feed.version }).end(feed.text);
  };

describe('[INTEL-FETCH-1] a feed from a URL', () => {
  test('is sent again only when it changed; what broke off changes nothing', async () => {
    await using folder = await LogFolder.make();
    const effects = {
      now: () => Date.UTC(2026, 4, 21),
      random: (bytes: number) => Buffer.alloc(bytes, 7),
      reportFault: () => 'none' as const,
    };
    const dir = folder.at('data');
    const state = await FleetState.open(dir, effects, { progress: () => undefined });
    const feed = { version: '"1"', text: '198.51.100.7\n', asked: 0 };
    await served(versioned(feed), async (url) => {
      const args = {
        ...NOTHING_SAID,
        ...NO_FETCH,
        paths: [`${url.href}?key=secret`],
        id: null,
        taxii: false,
        collection: null,
        actor: 'test',
        ...OPEN,
      };
      const intake = await IntelIntake.open({ state, dir, effects });
      const take = () => intake.import(args, () => undefined);
      const first = await take();
      expect(first).toMatchObject({ files: [{ state: 'active', indicators: 1 }] });
      expect(JSON.stringify(first)).not.toContain('secret');
      expect(await take()).toMatchObject({ files: [{ state: 'unchanged', indicators: 1 }] });
      Object.assign(feed, { version: '"2"', text: '<html>\n<h1>502</h1>\n</html>\n' });
      expect(await take()).toMatchObject({ broken: 1, files: [{ state: 'broken' }] });
      // What could not be taken is asked for again.
      feed.text = '198.51.100.7\n198.51.100.8\n';
      expect(await take()).toMatchObject({ files: [{ state: 'active', indicators: 2 }] });
      expect(feed.asked).toBe(4);
    });
    await state.close();
  });

  test('broken off on the way is not taken', () =>
    served(
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('198.51.100.7\n');
        setImmediate(() => response.destroy());
      },
      async (url) => {
        await expect(download(url, null, OPEN)).rejects.toMatchObject({ code: 'feed_unreachable' });
      },
    ));

  test('that is not there says what the server answered', () =>
    served(
      (_, response) => void response.writeHead(404).end('no'),
      async (url) => {
        await expect(download(url, null, OPEN)).rejects.toThrow(/answered 404/);
      },
    ));
});

describe('[INTEL-FETCH-2] a download', () => {
  test.each([
    'https://127.0.0.1/x',
    'https://10.0.0.1/x',
    'https://[::1]/x',
    'https://169.254.169.254/latest',
    'https://localhost/x',
    'https://[::ffff:10.0.0.1]/',
  ])('never goes to %s', async (url) => {
    await expect(download(new URL(url), null, { allowPrivate: false, allowHttp: false })).rejects.toThrow(
      /private range/,
    );
  });

  test.each(['http://feeds.example.com/x', 'file:///etc/passwd', 'ftp://feeds.example.com/x'])(
    '%s is no way',
    async (url) => {
      await expect(download(new URL(url), null, { allowPrivate: false, allowHttp: false })).rejects.toThrow(
        /must begin with https:/,
      );
    },
  );

  test('looks at where a redirect leads as well', () =>
    served(
      (_, response) => void response.writeHead(302, { location: 'ftp://feeds.example.com/x' }).end(),
      async (url) => {
        await expect(download(url, null, OPEN)).rejects.toThrow(/must begin with https:/);
      },
    ));

  test('follows a few redirects, and no circle', () =>
    served(
      (request, response) => {
        if (request.url === '/whole') return void response.end('198.51.100.7\n');
        response.writeHead(301, { location: request.url === '/list.txt' ? '/whole' : '/circle' }).end();
      },
      async (url) => {
        expect(await download(url, null, OPEN)).toMatchObject({
          changed: true,
          bytes: Buffer.from('198.51.100.7\n'),
        });
        await expect(download(new URL('/circle', url), null, OPEN)).rejects.toThrow(/more than 5 times/);
      },
    ));

  test('takes no more than a feed may have', () =>
    served(
      (_, response) => void response.end('x'.repeat(2_000)),
      async (url) => {
        await expect(download(url, null, { ...OPEN, mostBytes: 1_000 })).rejects.toThrow(
          /larger than 1000 bytes/,
        );
      },
    ));
});
