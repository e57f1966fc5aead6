import { z } from 'zod';
import { as_of, count, detail, framing, instant, opaque, score } from './answer-parts.ts';

/** By what entities are taken together. Other sites' are told by cohort alone: their own words stay with them. */
export const STATISTIC_GROUPS = ['cohort', 'type', 'site', 'criticality'] as const;
/** `all` where nobody asks for groups. */
export type StatisticGroup = (typeof STATISTIC_GROUPS)[number] | 'all';

export const STATISTIC_METRICS = [
  'score',
  'bands',
  'histogram',
  'dimensions',
  'connections',
  'bytes',
  'destinations',
  'anomalies',
] as const;
export type StatisticMetric = (typeof STATISTIC_METRICS)[number];

const bands = z.strictObject({ low: count, medium: count, high: count, critical: count });

/** A quantity without bound, by its order of magnitude: its geometric mean, and one standard deviation to each side. */
export const Spread = z.strictObject({ typical: z.number(), from: z.number(), to: z.number() }).meta(opaque);
export type Spread = z.infer<typeof Spread>;

/** How sums came together without anybody reading another site's. */
export const FleetProvenance = z
  .strictObject({
    method: z.literal('bfv-aggregate'),
    round: count,
    round_at: instant,
    minimum_group: count,
    /** Cohorts of which nothing was let out: of too few devices, or of none. */
    suppressed: count,
    key_id: z.string(),
    sites: count,
  })
  .meta(opaque);
export type FleetProvenance = z.infer<typeof FleetProvenance>;

/** All sites together, in the answer about one. */
export const FleetWide = z
  .strictObject({
    score,
    bands,
    devices: count,
    round_at: instant,
    sites: count,
    suppressed: count,
    provenance: FleetProvenance,
  })
  .meta(opaque);
export type FleetWide = z.infer<typeof FleetWide>;

/** What devices of the same cohort are like at all sites together. */
export const FleetPeers = z
  .strictObject({
    cohort: z.string(),
    devices: count,
    round_at: instant,
    connections_per_hour: Spread,
    bytes_per_hour: Spread,
    destinations: Spread,
  })
  .meta(opaque);
export type FleetPeers = z.infer<typeof FleetPeers>;

export const GroupStatistics = z
  .strictObject({
    group: z.string(),
    entities: count,
    /** Of the score: as in the fleet's, then of each entity once. */
    weighted_mean: z.number().optional(),
    mean: z.number().optional(),
    variance: z.number().optional(),
    /** Scores that 10, 50 and 90 % do not exceed, each off by less than `error`: a point here, the width of a bucket of the histogram for all sites. */
    quantiles: z
      .strictObject({ p10: z.number(), p50: z.number(), p90: z.number(), error: z.number() })
      .optional(),
    /** Of the bands and of the histogram. */
    counts: z.record(z.string(), count).optional(),
    /** Of the dimensions. */
    means: z.record(z.string(), z.number()).optional(),
    spread: Spread.optional(),
    total: count.optional(),
    /** Of all, with `detail: full`: the integers that all of this follows from. */
    sums: z.record(z.string(), count).optional(),
  })
  .meta(opaque);
export type GroupStatistics = z.infer<typeof GroupStatistics>;

export const FleetStatistics = z.strictObject({
  metric: z.enum(STATISTIC_METRICS),
  group: z.enum(['all', ...STATISTIC_GROUPS]),
  local: z
    .strictObject({
      groups: z.array(GroupStatistics),
      provenance: z.strictObject({
        method: z.literal('local-plaintext'),
        /** As this engine is configured. */
        sites: z.array(z.string()),
        basis: z.enum(['enrolled', 'discovered', 'none']),
        /** Users and workloads count by `type` alone: sums over sites are of devices. */
        counted: z.enum(['devices', 'entities']),
      }),
    })
    .meta(opaque)
    .nullable(),
  fleet: z
    .strictObject({ groups: z.array(GroupStatistics), provenance: FleetProvenance })
    .meta(opaque)
    .nullable(),
  ...framing,
});
export type FleetStatistics = z.infer<typeof FleetStatistics>;

export const StatisticsInput = z.strictObject({
  group: z.enum(STATISTIC_GROUPS).optional(),
  metric: z.enum(STATISTIC_METRICS).optional(),
  detail,
  as_of,
});
