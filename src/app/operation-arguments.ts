import { z } from 'zod';
import { SEVERITIES } from '../model/index.ts';
import type { OperationName } from './operations.ts';

const text = z.string().max(4_096);
const path = text.min(1);
const actor = z.string().min(1).max(200);
const reason = text.nullable();

/**
 * What a thin client may ask with. It is of the same user and usually of the same release, but what it
 * sends goes on record: it is read as strictly as anything else that comes from outside.
 */
export const ARGUMENTS = {
  ask: z.strictObject({ tool: z.string(), input: z.unknown(), asker: actor }),
  ingest: z.strictObject({
    paths: z.array(path).max(100_000),
    site: text.nullable(),
    sensor: text.nullable(),
    force: z.boolean(),
  }),
  simulate: z.strictObject({
    seed: z.int(),
    until: text.nullable(),
    days: z.number().positive(),
    devices: z.int().positive(),
  }),
  inventory_import: z.strictObject({ path, dryRun: z.boolean(), actor }),
  enrol: z.strictObject({ match: text, dryRun: z.boolean(), actor, reason }),
  merge: z.strictObject({ from: text, into: text, actor, reason }),
  split: z.strictObject({ from: text, into: text, actor, reason }),
  feed_import: z.strictObject({
    path,
    id: text.nullable(),
    format: z.enum(['zeek_intel', 'plain', 'auto']),
    category: text.nullable(),
    confidence: z.number().min(0).max(1).nullable(),
    actor,
  }),
  policy_apply: z.strictObject({ path, actor }),
  profile_show: z.strictObject({}),
  profile_apply: z.strictObject({ path, actor }),
  backup: z.strictObject({ to: path }),
  findings: z.strictObject({
    since: z.string().max(64).nullable(),
    minLevel: z.enum(SEVERITIES),
    limit: z.int().min(1).max(500),
  }),
  doctor: z.strictObject({}),
  status: z.strictObject({ hash: z.boolean() }),
} as const satisfies Record<OperationName, z.ZodType>;
