import {
  entityTypeOf,
  originText,
  type Risk,
  RISK_LEVELS,
  type RiskLevel,
  type RiskPublication,
  rank,
  wholePoints,
  worst,
} from '../model/index.ts';
import {
  type Activity,
  confidenceOf,
  type Finding,
  type JsonObject,
  frame,
  LEVEL_IDS,
  LEVEL_NAMES,
  type Producer,
  resourceOf,
} from './finding.ts';

/**
 * A change of an entity's risk level as a Detection Finding: created when the level leaves low, closed when it is low
 * again. An entity has one such finding, `risk_` and its id.
 */
export function riskFinding(
  { origin, at, entity, before, after }: RiskPublication,
  producer: Producer,
): Finding {
  const [was, is] = [before?.level ?? 'low', after?.level ?? 'low'];
  const id = `risk_${entity}`;
  const uid = `${id}.${originText(origin)}`;
  const activity: Activity = was === 'low' ? 'Create' : is === 'low' ? 'Close' : 'Update';
  const level = worst(RISK_LEVELS, was, is);
  const message = messageOf(entity, was, is, after);
  const rises = rank(RISK_LEVELS, is) > rank(RISK_LEVELS, was);
  const type = after?.reason ?? 'risk_level';
  const event = {
    ...frame(
      {
        className: 'Detection Finding',
        activity,
        severity: is,
        at,
        uid,
        correlation: null,
        profiles: [],
        sequence: originText(origin),
      },
      producer,
    ),
    message,
    ...statusOf(was, is),
    is_alert: rises,
    ...(after === null ? {} : confidenceOf(after.confidence / 1_000)),
    risk_level_id: LEVEL_IDS[is],
    risk_level: LEVEL_NAMES[is],
    ...(after === null ? {} : { risk_score: riskScore(after) }),
    finding_info: {
      uid: id,
      title: 'Risk level',
      desc: message,
      types: ['risk_level', ...(type === 'risk_level' ? [] : [type])],
      analytic: { uid: 'risk_level', name: 'risk_level', type_id: 1, type: 'Rule' },
      modified_time: at,
      last_seen_time: at,
    },
    resources: [resourceOf(entity, entityTypeOf(entity), null)],
    observables: [{ name: 'resources.uid', type_id: 10, type: 'Resource UID', value: entity }],
  };
  return { uid, level, at, kind: 'detection_finding', entity, message, event };
}

/** One that fell and is not over is nothing new to look at: what made it is being mended, or grows old. */
function statusOf(was: RiskLevel, is: RiskLevel): JsonObject {
  if (is === 'low') return { status_id: 4, status: 'Resolved' };
  const isFallen = rank(RISK_LEVELS, is) < rank(RISK_LEVELS, was);
  return isFallen ? { status_id: 2, status: 'In Progress' } : { status_id: 1, status: 'New' };
}

function messageOf(entity: string, was: RiskLevel, is: RiskLevel, after: Risk | null): string {
  if (after === null) return `${entity} turned out to be another entity; its risk was ${was}`;
  const reason = after.reason === null ? '' : `, because of ${after.reason}`;
  return `The risk of ${entity} went from ${was} to ${is}${reason}`;
}

/** As the tools say it. */
function riskScore({ scoreExact }: Risk): number {
  return 100 - wholePoints(scoreExact);
}
