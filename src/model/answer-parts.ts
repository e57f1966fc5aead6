import { z } from 'zod';
import { FACTOR_NAMES } from './factor.ts';
import { DETAILS, DIMENSIONS, RISK_LEVELS } from './vocabulary.ts';

/** What the tools' answers and inputs have in common. */
export const instant = z.string();
export const nullableInstant = instant.nullable();
export const score = z.int().min(0).max(100);
export const count = z.int().min(0);
export const share = z.number().min(0).max(1);
export const points = z.number();
export const factorName = z.enum(FACTOR_NAMES as [string, ...string[]]);

/**
 * An object of which `tools/list` says no more than that it is one: a client that reads an answer gains nothing from
 * more, and the budget (contract §2) is small. What leaves is checked against the whole of it all the same.
 */
export const opaque = { open: true } as const;

/** In every answer: as of when, how old its newest data is, how sure it is, what was left out. */
export const framing = {
  as_of: instant,
  data_age_ms: z.number().nullable(),
  confidence: share,
  truncated: z.strictObject({ what: z.string(), how_to_get: z.string() }).meta(opaque).optional(),
};

export const EvidenceAnswer = z
  .strictObject({
    summary: z.string(),
    at: instant,
    sensor: z.string().nullable(),
    uid: z.string().nullable(),
    community_id: z.string().nullable(),
    count: count.nullable(),
    subject: z.string().nullable(),
  })
  .meta(opaque);

export const FactorAnswer = z
  .strictObject({
    factor: factorName,
    kind: z.enum(['gap', 'finding']),
    dimension: z.enum(DIMENSIONS),
    severity: z.enum(RISK_LEVELS),
    points,
    regained_if_fixed: points,
    since: instant,
    evidence: z.array(EvidenceAnswer),
  })
  .meta(opaque);

/** How much to return: standard where nothing is said. */
export const detail = z.enum(DETAILS).optional();
export const time = z.iso.datetime({ offset: true });
/** Whether a text is an instant of the calendar, with its zone: by the same check as of the tools' inputs. */
export function isInstant(text: string): boolean {
  return time.safeParse(text).success;
}
/** The answer as it was then; without it, the current one. */
/**
 * How long a page may be. More is given as the longest page: what it leaves out, its cursor says.
 */
export function pageLimit(most: number, by: number) {
  return z
    .int()
    .min(1)
    .overwrite((asked) => Math.min(asked, most))
    .default(by);
}

export const as_of = time.optional();
