import type { EntityId, EpochMs, Severity } from '../model/index.ts';

/** The version of the Open Cybersecurity Schema Framework that findings follow (github.com/ocsf/ocsf-schema, tag v1.5.0). */
const OCSF_VERSION = '1.5.0';

/** Values of JSON. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A change as it leaves the house. */
export interface Finding {
  /** Of this very change: the same again has the same. `metadata.uid` of the event. */
  readonly uid: string;
  /** What a sink's minimum level is held against: a change back from a level counts as of that level. */
  readonly level: Severity;
  /** When it was told, in the time of the data. */
  readonly at: EpochMs;
  readonly kind: 'detection_finding' | 'incident_finding';
  /** Whose change it was. */
  readonly entity: EntityId;
  readonly message: string;
  /** The OCSF event. */
  readonly event: JsonObject;
}

/** What a finding says of where it comes from. */
export interface Producer {
  /** Of Stance. */
  readonly version: string;
  readonly tenant: string;
}

/** OCSF `activity_id` of findings. */
const ACTIVITIES = { Create: 1, Update: 2, Close: 3 } as const;
export type Activity = keyof typeof ACTIVITIES;

/** OCSF `category_uid` of findings. */
const CATEGORY = 2;
const CLASSES = { 'Detection Finding': 2004, 'Incident Finding': 2005 } as const;

interface Frame {
  readonly className: keyof typeof CLASSES;
  readonly activity: Activity;
  readonly severity: Severity;
  readonly at: EpochMs;
  readonly uid: string;
  /** Ties the events of one incident together. */
  readonly correlation: string | null;
  readonly profiles: readonly string[];
  /** What Stance calls the change's place in its journal. */
  readonly sequence: string;
}

/** What every event has: class, activity, severity, time, and who says so. */
export function frame(
  { className, activity, severity, at, uid, correlation, profiles, sequence }: Frame,
  { version, tenant }: Producer,
): JsonObject {
  const classUid = CLASSES[className];
  return {
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Stance', vendor_name: 'Stance', version },
      uid,
      log_name: 'findings',
      tenant_uid: tenant,
      ...(correlation === null ? {} : { correlation_uid: correlation }),
      ...(profiles.length === 0 ? {} : { profiles }),
    },
    category_uid: CATEGORY,
    category_name: 'Findings',
    class_uid: classUid,
    class_name: className,
    activity_id: ACTIVITIES[activity],
    activity_name: activity,
    type_uid: classUid * 100 + ACTIVITIES[activity],
    type_name: `${className}: ${activity}`,
    time: at,
    severity_id: SEVERITY_IDS[severity],
    severity: SEVERITY_NAMES[severity],
    unmapped: { sequence },
  };
}

const SEVERITY_IDS = { low: 2, medium: 3, high: 4, critical: 5 } as const satisfies Record<Severity, number>;
const SEVERITY_NAMES = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
} as const satisfies Record<Severity, string>;

/** `risk_level_id`, `impact_id` and `priority_id` count alike. */
export const LEVEL_IDS = { low: 1, medium: 2, high: 3, critical: 4 } as const satisfies Record<
  Severity,
  number
>;
export const LEVEL_NAMES = SEVERITY_NAMES;

const BANDS = ['Unknown', 'Low', 'Medium', 'High'] as const;

/** `confidence_id`. @param share 0 … 1 */
export function confidenceBand(share: number): 1 | 2 | 3 {
  return share < 0.5 ? 1 : share < 0.8 ? 2 : 3;
}

/** @param share 0 … 1 */
export function confidenceOf(share: number): JsonObject {
  const id = confidenceBand(share);
  return { confidence_id: id, confidence: BANDS[id], confidence_score: Math.round(share * 100) };
}

/** Whom it is about: an id, a user's being a pseudonym. Names stay at home. */
export function resourceOf(entity: EntityId, type: string, site: string | null): JsonObject {
  return { uid: entity, type, ...(site === null ? {} : { namespace: site }) };
}
