import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startAggregator } from '../../src/aggregation/index.ts';
import { anyDevice, blockOf, chance, tenantOf } from '../../src/aggregation/fleet.fixture.ts';
import { post } from '../../src/aggregation/protocol/posting.ts';
import { sendReport } from '../../src/aggregation/site/send-report.ts';
import { FEATURE, FEATURES, HOUR_MS } from '../../src/model/index.ts';

const SITES = 8;

it('[AGG-CRASH-3] a killed aggregator has every report that it acknowledged, once', async () => {
  const tenant = await tenantOf(SITES);
  const round = Math.floor(Date.now() / HOUR_MS);
  const random = chance(31);
  const fleets = tenant.sites.map(() => Array.from({ length: 25 }, () => anyDevice(random, 4)));
  const reports = await Promise.all(fleets.map((fleet, nth) => tenant.report(nth, fleet, round)));
  const start = () =>
    startAggregator(
      {
        dir: join(tenant.dir, 'process'),
        agreement: join(tenant.dir, 'key-holder', 'agreement.json'),
        host: '127.0.0.1',
        port: 0,
        tls: null,
      },
      'ignore',
    );
  const urlOf = ({ port }: { readonly port: number }) => new URL(`http://127.0.0.1:${port}`);

  const first = await start();
  const killed = once(first.child, 'exit');
  const acknowledged = await Promise.all(
    reports.map((report) =>
      sendReport(urlOf(first), report).then(
        (taken) => {
          first.child.kill('SIGKILL');
          return taken;
        },
        () => false,
      ),
    ),
  );
  await killed;
  expect(acknowledged).toContain(true);

  const second = await start();
  const again: boolean[] = [];
  for (const report of reports) again.push(await sendReport(urlOf(second), report));
  // Sent again, an acknowledged one is refused; of the others each may have been written down before the end.
  expect(again.filter((taken, nth) => taken && acknowledged[nth] === true)).toEqual([]);
  const aggregate = await post(urlOf(second), '/v1/close', await tenant.asking(round), 1_000_000);
  await second.stop();

  const release = await tenant.holder.release(aggregate ?? Buffer.alloc(0));
  const plain = blockOf(fleets.flat());
  expect(release.whole).toEqual(
    release.whole.map((_, feature) =>
      plain.reduce((sum, value, at) => (at % FEATURES.length === feature ? sum + value : sum), 0),
    ),
  );
  expect(release.whole[FEATURE.devices]).toBe(25 * SITES);
  await tenant.end();
});
