import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SLOTS } from '../../model/index.ts';
import { ROUND, tenantOf } from '../fleet.fixture.ts';
import { enrolSites, openKeyFolder } from '../key-holder/key-folder.ts';
import { agreementText } from '../protocol/agreement.ts';
import { refuseForeign } from '../protocol/belongs.ts';
import { readReport } from '../protocol/report.ts';
import { joinFleet, newSite, openSite } from './site-folder.ts';

const NOTHING = new Float64Array(SLOTS);

it('[AGG-SITE-2] a report that was kept from before another key is not sent for one under the new', async () => {
  const tenant = await tenantOf(1);
  const [dir, holder] = [join(tenant.dir, 'site-0'), join(tenant.dir, 'key-holder')];
  const before = await tenant.report(0, []);
  expect(await (await openSite(dir)).kept(ROUND)).not.toBeNull();

  await rm(join(dir, 'signing.key'));
  const [credential = ''] = await enrolSites(holder, [{ site: 'site-0', key: await newSite(dir) }]);
  const { agreement } = await openKeyFolder(holder);
  await joinFleet(dir, { credential, agreement: agreementText(agreement) });

  const site = await openSite(dir);
  expect(await site.kept(ROUND)).toBeNull();
  const after = await site.report(NOTHING, ROUND);
  expect(() => refuseForeign(readReport(before.bytes), agreement)).toThrow('signature');
  expect(() => refuseForeign(readReport(after.bytes), agreement)).not.toThrow();
  expect((await site.kept(ROUND))?.bytes).toEqual(after.bytes);
  await tenant.end();
});
