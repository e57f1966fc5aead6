import { z } from 'zod';
import {
  ANOMALY_STATUSES,
  ATTESTATIONS,
  FRAMEWORKS,
  INTEL_FORMATS,
  RAISED_ANOMALY_TYPES,
  SEVERITIES,
  VERDICTS,
} from '../model/index.ts';
import { REPORT_FORMATS } from './compliance/operations.ts';
import type { OperationName } from './operations.ts';

const text = z.string().max(4_096);
const path = text.min(1);
const actor = z.string().min(1).max(200);
const reason = text.nullable();
/** What HTTP may leave out. */
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const id = text.min(1);
const why = orNull(text);

/** Who answers for what of which control, and until when. */
const ofControl = {
  framework: z.enum(FRAMEWORKS),
  control: id,
  owner: orNull(text),
  reason: why,
  until: orNull(text),
  days: orNull(z.number().positive()),
  actor,
};

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
    asNew: z.boolean(),
  }),
  simulate: z.strictObject({
    seed: z.int(),
    until: text.nullable(),
    days: z.number().positive(),
    devices: z.int().positive(),
  }),
  inventory_import: z.strictObject({
    path,
    dryRun: z.boolean(),
    device: orNull(id),
    replace: z.boolean(),
    actor,
  }),
  inventory_remove_bill: z.strictObject({ device: id, bill: orNull(text), dryRun: z.boolean(), actor }),
  enrol: z.strictObject({ match: text, dryRun: z.boolean(), actor, reason }),
  merge: z.strictObject({ from: text, into: text, actor, reason }),
  split: z.strictObject({ from: text, into: text, actor, reason }),
  intel_seal: z.strictObject({ to: path }),
  intel_evaluate: z.strictObject({ elements: z.array(z.base64().max(64)).max(64), actor }),
  intel_import: z.strictObject({
    paths: z.array(path).min(1).max(100_000),
    category: text.nullable(),
    confidence: z.number().min(0).max(1).nullable(),
    lineage: text.nullable(),
    id: text.nullable(),
    format: z.enum(INTEL_FORMATS),
    taxii: z.boolean(),
    collection: text.nullable(),
    replace: z.boolean(),
    allowPrivate: z.boolean(),
    allowHttp: z.boolean(),
    ca: path.nullable(),
    credentials: z
      .strictObject({
        user: text.nullable(),
        secret: z.union([z.strictObject({ file: path }), z.strictObject({ variable: path })]),
      })
      .nullable(),
    actor,
  }),
  intel_remove: z.strictObject({ id, actor }),
  intel_list: z.strictObject({}),
  vulnerabilities_import: z.strictObject({ paths: z.array(path).max(100_000), actor }),
  vulnerabilities_list: z.strictObject({}),
  vulnerabilities_remove: z.strictObject({ words: z.array(text).min(1).max(100), actor }),
  policy_apply: z.strictObject({ paths: z.array(path).min(1).max(1_000), actor, reason: why }),
  policy_put: z.strictObject({
    version: z.unknown().optional(),
    groups: z.unknown().optional(),
    about: z.unknown().optional(),
    policies: z.unknown(),
    reason: why,
    actor,
  }),
  policy_check: z.strictObject({ paths: z.array(path).min(1).max(1_000) }),
  policy_list: z.strictObject({}),
  policy_dry_run: z.strictObject({ paths: z.array(path).min(1).max(1_000) }),
  policy_propose: z.strictObject({ kind: text.nullable() }),
  profile_show: z.strictObject({}),
  profile_apply: z.strictObject({ path, actor }),
  anomaly_show: z.strictObject({ anomaly: id }),
  anomaly_verdict: z.strictObject({
    anomaly: id,
    status: orNull(z.enum(ANOMALY_STATUSES)),
    verdict: orNull(z.enum(VERDICTS)),
    remediated: orNull(z.boolean()),
    actor,
    reason: why,
  }),
  anomaly_assign: z.strictObject({ anomaly: id, to: text.nullable(), actor, reason: why }),
  suppress: z.strictObject({
    anomaly: orNull(id),
    entity: orNull(id),
    tag: orNull(z.string().min(1).max(96)),
    type: orNull(z.enum(RAISED_ANOMALY_TYPES)),
    destination: orNull(id),
    port: orNull(z.int().min(0).max(65_535)),
    owner: orNull(text),
    reason: why,
    until: orNull(text),
    days: orNull(z.number().positive()),
    dry_run: z.boolean().default(false),
    look_back_days: z.number().positive().max(3_660).default(30),
    actor,
  }),
  suppressions: z.strictObject({}),
  unsuppress: z.strictObject({ suppression: id, actor, reason: why }),
  maintenance_add: z.strictObject({
    site: orNull(id),
    tag: orNull(z.string().min(1).max(96)),
    entity: orNull(id),
    from: orNull(text),
    to: text,
    reason: why,
    actor,
  }),
  maintenance_list: z.strictObject({}),
  maintenance_remove: z.strictObject({ window: id, actor, reason: why }),
  baseline_accept: z.strictObject({ entity: orNull(id), anomaly: orNull(id), actor, reason: why }),
  baseline_revert: z.strictObject({ entity: id, actor, reason: why }),
  sensors_list: z.strictObject({}),
  sensors_retire: z.strictObject({ sensor: id, site: orNull(text), actor, reason: why }),
  trust_anchors_import: z.strictObject({
    path,
    kind: z.enum(['vendor', 'customer', 'spiffe']),
    name: orNull(text),
    trustDomain: orNull(text),
    actor,
  }),
  trust_anchors_list: z.strictObject({}),
  trust_anchors_remove: z.strictObject({ anchor: id, actor }),
  trust_revocations_import: z.strictObject({ path, actor }),
  enrol_authority: z.strictObject({ name: orNull(z.string().min(1).max(64)), again: z.boolean(), actor }),
  enrol_token: z.strictObject({ device: id, hours: z.number().positive(), actor, reason: why }),
  enrol_list: z.strictObject({}),
  enrol_decide: z.strictObject({ request: id, approved: z.boolean(), actor, reason: why }),
  enrol_revoke: z.strictObject({ whose: id, actor, reason: why }),
  enrol_readmit: z.strictObject({ whose: text, actor, reason: why }),
  enrol_crl: z.strictObject({}),
  compliance_report: z.strictObject({
    framework: z.enum(FRAMEWORKS),
    format: z.enum(REPORT_FORMATS).default('json'),
    as_of: orNull(text),
  }),
  compliance_words: z.strictObject({}),
  compliance_attest: z.strictObject({ ...ofControl, says: z.enum(ATTESTATIONS).default('met') }),
  compliance_except: z.strictObject({ ...ofControl, entity: orNull(id) }),
  compliance_withdraw: z.strictObject({ word: id, actor, reason: why }),
  privacy_erase: z.strictObject({ users: z.array(id).min(1).max(1_000), actor }),
  privacy_report: z.strictObject({}),
  privacy_rotate: z.strictObject({ finish: z.boolean().default(false), actor }),
  fleet_status: z.strictObject({}),
  fleet_release_import: z.strictObject({ path, actor }),
  backup: z.strictObject({ to: path }),
  findings: z.strictObject({
    since: z.string().max(64).nullable(),
    notBefore: z.string().max(64).nullable(),
    minLevel: z.enum(SEVERITIES),
    limit: z.int().min(1).max(500),
  }),
  set_aside_list: z.strictObject({}),
  set_aside_retry: z.strictObject({ record: z.int().nonnegative().nullable() }),
  doctor: z.strictObject({}),
  status: z.strictObject({ hash: z.boolean() }),
} as const satisfies Record<OperationName, z.ZodType>;

/** All operations: a new one has its arguments here, and is known to clients and to the owner by that. */
export const OPERATION_NAMES = Object.keys(ARGUMENTS) as readonly OperationName[];
