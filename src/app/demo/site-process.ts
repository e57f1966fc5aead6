import { BlockBuilder, joinFleet, newSite, openSite, sendReport } from '../../aggregation/index.ts';
import { play } from './actor.ts';
import type { SiteReported, SiteRequest } from './messages.ts';
import { inventedDevices } from './site-devices.ts';

/* A site of `stance demo fleet`: knows its own devices, and the public key. */
play(async (message) => {
  const request = message as SiteRequest;
  if (request.what === 'make') return newSite(request.dir);
  const { dir, site, credential, agreement, devices, aggregator, round } = request;
  await joinFleet(dir, { credential, agreement });
  const builder = new BlockBuilder();
  for (const device of await inventedDevices(dir, site, devices)) builder.add(device);
  const report = await (await openSite(dir)).report(builder.block, round);
  const isAccepted = await sendReport(new URL(aggregator), report);
  return {
    block: builder.block,
    reportBytes: report.ciphertext.length,
    isAccepted,
  } satisfies SiteReported;
});
