import type { EngineView, EntityView } from '../engine/index.ts';
import { type EntityId, type EpochMs, iso, type ToolName, type ToolProblem } from '../model/index.ts';

const NEAREST_OFFERED = 5;

/** The entity that any of its ids names, or a person's UPN, or a machine's MAC. */
export function entityAsked(view: EngineView, id: string): EntityView | ToolProblem {
  const entity = deviceAsked(view, id) ?? view.userByAccount(id);
  if (entity !== null) return entity;
  return isAccount(id) ? unknownUser(id) : unknownEntity(view, 'entity', id);
}

/** Whoever is known by an account or a MAC, of which fingerprints are kept alone. */
export function bySealed(view: EngineView, text: string): readonly EntityId[] {
  const user = isAccount(text) ? view.userByAccount(text.trim()) : null;
  return user === null ? view.devicesByMac(text) : [user.id];
}

/** By any of its ids, or by its MAC where no other site has that too. */
export function deviceAsked(view: EngineView, id: string): EntityView | null {
  const [only, ...others] = isAccount(id) ? [] : view.devicesByMac(id);
  return view.entity(id) ?? (only === undefined || others.length > 0 ? null : view.entity(only));
}

export function unknownEntity(view: EngineView, what: string, id: string): ToolProblem {
  const nearest = view.nearest(id, NEAREST_OFFERED);
  if (view.asOf !== null && nearest[0] === id) return notYetThen(view.asOf, id);
  return { code: 'unknown_entity', message: `No ${what} with the id "${asWritten(id)}" is known`, nearest };
}

export function unknownIncident({ asOf }: EngineView, id: string): ToolProblem {
  const when = asOf === null ? 'is known' : `was known at ${iso(asOf)}`;
  const message = `No incident with the id "${asWritten(id)}" ${when}; take an incident_id of list_anomalies`;
  return { code: 'unknown_incident', message, nearest: [] };
}

/** The present has it: who asks of the past is told so, instead of being offered the same id again. */
function notYetThen(at: EpochMs, id: string): ToolProblem {
  const message = `"${asWritten(id)}" had no posture at ${iso(at)}; ask with a later instant`;
  return { code: 'unknown_entity', message, nearest: [] };
}

/** The id is known, the question is another tool's. */
export function otherKind({ profile }: EntityView, tool: ToolName, id: string): ToolProblem {
  return {
    code: 'invalid_input',
    message: `"${asWritten(id)}" is a ${profile.type}; ask ${tool}`,
    nearest: [],
  };
}

/** Nothing of other people is offered to who mistypes a name. */
export function unknownUser(id: string): ToolProblem {
  const message = `No user "${asWritten(id)}" is known; give a UPN as it is used to sign in, or a usr_… id from search_entities`;
  return { code: 'unknown_entity', message, nearest: [] };
}

export function isProblem(answer: object): answer is ToolProblem {
  return 'code' in answer && 'nearest' in answer;
}

function isAccount(id: string): boolean {
  return id.startsWith('usr_') || /[@\\]/u.test(id);
}

/** What was asked, without control characters and of bounded length. */
export function asWritten(id: string): string {
  return id.replaceAll(/[\p{C}"]/gu, '·').slice(0, 80);
}
