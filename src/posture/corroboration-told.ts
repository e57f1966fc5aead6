import type { EntityView } from '../engine/index.ts';
import {
  corroborated,
  effectiveSeverity,
  type PostureExplanation,
  rank,
  RISK_LEVELS,
  witnessesOf,
} from '../model/index.ts';
import { levelOf } from '../scoring/index.ts';

/**
 * In one sentence, where an entity's risk level is what it is because two kinds of evidence tell of one thing; nothing
 * where the level would be the same without.
 */
export function corroborationTold(entity: EntityView): Pick<PostureExplanation, 'corroboration'> {
  const open = entity.openAnomalies();
  const raised = corroborated(open);
  const cause = open.find((each) => each.type === entity.riskReason && raised.has(each.id));
  if (cause === undefined || cause.verdict === 'true_positive') return {};
  const counts = effectiveSeverity(cause, raised);
  const level = levelOf({ ...cause, severity: counts });
  if (level !== entity.riskLevel || rank(RISK_LEVELS, level) <= rank(RISK_LEVELS, levelOf(cause))) return {};
  const others = witnessesOf(cause, open).join(' and ');
  const corroboration = `${cause.type} counts as ${counts} instead of ${cause.severity}, because ${others} of the same entity within an hour tells of it independently.`;
  return { corroboration };
}
