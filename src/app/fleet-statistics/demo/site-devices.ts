import { type DeviceFeatures, RISK_LEVELS, type SiteId } from '../../../model/index.ts';
import { Random } from '../../../simulator/index.ts';

/** Kinds of device in the demonstration, as places in the list of cohorts: a few of many, many of few. */
const COHORTS = [0, 1, 2, 4, 6, 15, 20, 36, 43] as const;

/** What the devices of an invented site are like; the same for the same name. */
export function* siteDevices(site: SiteId, count: number): Generator<DeviceFeatures> {
  const random = new Random(1, `demo ${site}`);
  for (let nth = 0; nth < count; nth++) {
    const score = Math.max(0, Math.min(100, Math.round(78 + 15 * random.normal())));
    const near = () => Math.max(0, Math.min(100, Math.round(score + 8 * random.normal())));
    yield {
      cohort: COHORTS[Math.floor(COHORTS.length * random.float() ** 2)] ?? 0,
      weight: 1,
      score,
      dimensions: { identity: near(), behavior: near(), policy: near(), threat: near() },
      riskLevel: RISK_LEVELS[score > 70 ? 0 : score > 40 ? 1 + random.int(2) : 2 + random.int(2)] ?? 'low',
      connections: random.skewed(40, 3),
      bytes: random.skewed(2_000_000, 8),
      destinations: random.skewed(12, 2),
      openAnomalies: random.poisson(0.05),
    };
  }
}
