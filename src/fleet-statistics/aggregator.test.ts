import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Tenant, tenantOf } from '../aggregation/fleet.fixture.ts';
import { runAggregator } from './aggregator.ts';

let tenant: Tenant;
afterEach(() => tenant.end());

const atHost = (host: string) => ({
  dir: join(tenant.dir, 'elsewhere'),
  agreement: join(tenant.dir, 'key-holder', 'agreement.json'),
  host,
  port: 0,
  tls: null,
  behindTlsProxy: false,
});

test('[AGG-LISTEN-1] the URL of an aggregator can be opened, of an IPv6 address too', async () => {
  tenant = await tenantOf(1);
  for (const [host, inUrl] of [
    ['::1', '[::1]'],
    ['127.0.0.1', '127.0.0.1'],
  ] as const) {
    const running = await runAggregator(atHost(host));
    try {
      expect(running.url).toBe(`http://${inUrl}:${running.port}`);
      expect((await fetch(running.url)).status).toBe(400);
    } finally {
      await running.stop();
    }
  }
});

test('[AGG-LISTEN-1] an address that others reach needs TLS', async () => {
  tenant = await tenantOf(1);
  await expect(runAggregator(atHost('::'))).rejects.toThrow('needs TLS');
});
