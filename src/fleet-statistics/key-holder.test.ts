import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anyDevice, chance, ROUND, type Tenant, tenantOf } from '../aggregation/fleet.fixture.ts';
import { realEffects } from '../effects/index.ts';
import { HOUR_MS, type Round } from '../model/index.ts';
import { releaseRound, releasesOf } from './key-holder.ts';

const random = chance(9);
const devices = (cohort: number) => Array.from({ length: 30 }, () => ({ ...anyDevice(random, 4), cohort }));

describe('a release by the key holder', () => {
  let tenant: Tenant;
  /** Whatever it is asked for, it hands over this. */
  let handedOver: Uint8Array;
  let server: Server;
  let asked = 0;
  beforeEach(async () => {
    tenant = await tenantOf(3);
    for (const nth of tenant.sites.keys())
      await tenant.aggregator.accept((await tenant.report(nth, devices(nth))).bytes);
    handedOver = (await tenant.aggregator.close(await tenant.asking())) ?? Buffer.alloc(0);
    server = createServer((request, response) => {
      asked += 1;
      request.resume().on('end', () => response.end(handedOver));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    asked = 0;
  });
  afterEach(async () => {
    server.close();
    await tenant.end();
  });

  const holderDir = () => join(tenant.dir, 'key-holder');
  const out = () => join(tenant.dir, 'release.json');
  const release = (round: Round | null, path: string | null = null) =>
    releaseRound(
      {
        dir: holderDir(),
        from: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
        round,
        out: path,
      },
      { ...realEffects(() => ''), now: () => (ROUND + 40) * HOUR_MS },
    );

  test('[AGG-ASKED-1] opens the round that was asked for, and no other that is handed over', async () => {
    await expect(release(ROUND + 39, out())).rejects.toMatchObject({ code: 'other_round' });
    expect(await releasesOf(holderDir())).toEqual([]);
    expect((await readdir(tenant.dir)).filter((name) => name.startsWith('release'))).toEqual([]);
    expect(await readdir(join(holderDir(), 'rounds'))).toEqual([]);
    expect((await release(ROUND, out())).round).toBe(ROUND);
  });

  test('[AGG-ASKED-2] asks for nothing before its round is over', async () => {
    for (const round of [ROUND + 40, ROUND + 400])
      await expect(release(round)).rejects.toMatchObject({ code: 'round_not_over' });
    expect(asked).toBe(0);
  });

  test('[AGG-OUT-1] uses up no round whose release could not be written', async () => {
    for (const path of [join(holderDir(), 'agreement.json'), join(tenant.dir, 'nowhere', 'release.json')])
      await expect(release(ROUND, path)).rejects.toMatchObject({ code: 'unwritable' });
    expect(asked).toBe(0);
    expect(await releasesOf(holderDir())).toEqual([]);
  });

  test('[AGG-OUT-2] writes the release of then when the round is asked for again', async () => {
    const first = await release(ROUND);
    expect(await release(ROUND, out())).toEqual(first);
    expect(asked).toBe(1);
    expect(JSON.parse(await readFile(out(), 'utf8'))).toEqual(first);
    await expect(release(ROUND, out())).rejects.toThrow(/is there already/);
    expect(await releasesOf(holderDir())).toHaveLength(1);
  });

  test('[AGG-OUT-3] is for everybody to read, whole, with nothing beside it', async () => {
    const before = process.umask(0o077);
    try {
      await release(ROUND, out());
    } finally {
      process.umask(before);
    }
    expect((await stat(out())).mode & 0o777).toBe(0o644);
    expect((await readdir(tenant.dir)).filter((name) => name.startsWith('release'))).toEqual([
      'release.json',
    ]);
  });

  test('[AGG-OUT-3] goes over nothing that came to its place meanwhile', async () => {
    const path = out();
    server.once('request', () => writeFileSync(path, 'of somebody else'));
    await expect(release(ROUND, path)).rejects.toMatchObject({ code: 'unwritable' });
    expect(await readFile(path, 'utf8')).toBe('of somebody else');
    expect((await release(ROUND, `${path}.2`)).round).toBe(ROUND);
  });
});
