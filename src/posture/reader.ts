import type { EngineView, EntityView } from '../engine/index.ts';
import type {
  PostureReader,
  ToolAnswer,
  ToolInput,
  ToolName,
  ToolOutcome,
  ToolProblem,
} from '../model/index.ts';
import { anomalyList } from './anomaly-list.ts';
import {
  deviceAsked,
  entityAsked,
  isProblem,
  otherKind,
  unknownEntity,
  unknownUser,
} from './asked-entity.ts';
import { bounded } from './bounded.ts';
import { comparison } from './comparison.ts';
import { complianceEvidence } from './compliance-evidence.ts';
import { devicePosture, userPosture, workloadPosture } from './entity-postures.ts';
import { entitySearch, unanswerable } from './entity-search.ts';
import { explainEntity, explainFleet } from './explanation.ts';
import { fleetPosture } from './fleet-posture.ts';
import { fleetStatistics } from './fleet-statistics.ts';
import type { Clock } from './framing.ts';
import { Lines } from './lines.ts';
import { unreadable } from './paging.ts';
import { simulation } from './simulation.ts';
import { threatContext } from './threat-context.ts';
import { type Turn, turnByTurn } from './turns.ts';
import { type PostureViews, refused, type Scope, viewAt } from './views.ts';

type Answered<T extends ToolName> = ToolAnswer<T> | ToolProblem;
type Answerers = {
  readonly [T in ToolName]: (
    view: EngineView,
    input: ToolInput<T>,
    clock: Clock,
    views: PostureViews,
    turn: Turn,
  ) => Answered<T> | Promise<Answered<T>>;
};

const ANSWERERS: Answerers = {
  get_fleet_posture: (view, { detail }, clock) => fleetPosture(view, detail ?? 'standard', clock),
  get_device_posture: (view, { device_id, detail }, clock) => {
    const device = deviceAsked(view, device_id);
    if (device === null) return unknownEntity(view, 'device', device_id);
    if (device.profile.type !== 'device')
      return otherKind(device, `get_${device.profile.type}_posture`, device_id);
    // Who asks by a MAC learns the id.
    const asked = view.entity(device_id) === null ? device.id : device_id;
    return devicePosture(view, device, asked, detail ?? 'standard', clock);
  },
  get_user_posture: (view, { user_id, detail }, clock) => {
    const user = view.entity(user_id) ?? view.userByAccount(user_id);
    if (user === null) return unknownUser(user_id);
    if (user.profile.type !== 'user') return otherKind(user, `get_${user.profile.type}_posture`, user_id);
    return userPosture(view, user, user_id, detail ?? 'standard', clock);
  },
  get_workload_posture: (view, { workload_id, detail }, clock) => {
    const workload = view.entity(workload_id);
    if (workload === null) return unknownEntity(view, 'workload', workload_id);
    if (!isWorkload(workload))
      return otherKind(workload, `get_${workload.profile.type}_posture`, workload_id);
    return workloadPosture(view, workload, workload_id, detail ?? 'standard', clock);
  },
  list_anomalies: (view, input, clock, _views, turn) =>
    anomalyList(view, input, input.detail ?? 'standard', clock, turn),
  get_threat_context: (view, { indicator, detail }, clock, views) => {
    const threat = view.threat(indicator);
    if ('refused' in threat) return { code: 'invalid_input', message: threat.refused, nearest: [] };
    const fetching = view === views.now ? (views.fetching?.() ?? null) : null;
    return threatContext(view, { threat, fetching }, detail ?? 'standard', clock);
  },
  search_entities: (view, input, clock, _views, turn) =>
    unreadable(input.cursor, 'entities') ??
    unanswerable(view, input) ??
    entitySearch(view, input, clock, turn),
  explain_posture: (view, { entity_id, detail = 'standard' }, clock) => {
    if (entity_id === undefined) return explainFleet(view, detail, clock);
    const entity = entityAsked(view, entity_id);
    return isProblem(entity) ? entity : explainEntity(view, entity, entity_id, detail, clock);
  },
  compare_posture: comparison,
  get_compliance_evidence: (view, input, clock, _views, turn) => complianceEvidence(view, input, clock, turn),
  get_fleet_statistics: (view, input, clock, _views, turn) => fleetStatistics(view, input, clock, turn),
  simulate_change: (view, input, clock, { now }, turn) =>
    view === now
      ? simulation(now, input, clock, turn)
      : refused('as_of', view.now ?? 0, TRIED_ON_THE_PRESENT),
};

/** What is read of the whole fleet, and so in slices; everything else takes a millisecond. */
const LONG_READINGS: ReadonlySet<ToolName> = new Set([
  'search_entities',
  'list_anomalies',
  'compare_posture',
  'simulate_change',
  'get_compliance_evidence',
  'get_fleet_statistics',
]);

/** Each entity is looked at. */
const OF_EVERYBODY: ReadonlySet<ToolName> = new Set(['search_entities', 'get_fleet_statistics']);

/**
 * Answers from an engine in this process, and of the past from what was kept of it. Long readings of one asker follow
 * each other; those of several take turns, with each other and with everything else (`turn`).
 */
export function createPostureReader(
  views: PostureViews,
  clock: Clock,
  turn: Turn = turnByTurn(),
): PostureReader {
  const lines = new Lines();
  async function answer<T extends ToolName>(tool: T, input: ToolInput<T>): Promise<ToolOutcome<T>> {
    // Many that come at once would hold the loop for all of them together.
    await turn();
    const instant = 'as_of' in input ? input.as_of : undefined;
    const view = await viewAt(views, { field: 'as_of', instant, scope: scopeOf(tool, input) }, clock, turn);
    const found = isProblem(view)
      ? view
      : await bounded(tool, input, (asked) => ANSWERERS[tool](view, asked, clock, views, turn));
    return isProblem(found) ? { ok: false, problem: found } : { ok: true, answer: found };
  }
  return {
    ask: async <T extends ToolName>(tool: T, input: ToolInput<T>, asker: string): Promise<ToolOutcome<T>> => {
      if (!LONG_READINGS.has(tool)) return answer(tool, input);
      const reading = lines.join(asker, () => answer(tool, input));
      if (reading === null) return { ok: false, problem: TOO_MANY };
      return (await reading) ?? { ok: false, problem: TOO_LONG };
    },
  };
}

/** Of one entity nothing of the fleet is said. */
const OF_ONE: ReadonlySet<ToolName> = new Set([
  'get_device_posture',
  'get_user_posture',
  'get_workload_posture',
]);

function scopeOf(tool: ToolName, input: object): Scope {
  if (OF_EVERYBODY.has(tool) || isOfOneControl(input)) return 'all';
  const isOfOne = 'entity_id' in input && input.entity_id !== undefined && tool !== 'list_anomalies';
  return OF_ONE.has(tool) || isOfOne ? 'few' : 'sums';
}

/** Who fails a control, only a look at everybody tells. */
function isOfOneControl(input: object): boolean {
  return 'control' in input && input.control !== undefined;
}

/** History has what was published, not what it followed from. */
const TRIED_ON_THE_PRESENT =
  'a change is tried on the state as it is, and of the past only its postures are kept; allowed is any instant from the newest data on: ask without as_of';

const TOO_MANY: ToolProblem = {
  code: 'busy',
  message: `More than ${Lines.WAITING} questions of yours about the whole fleet wait to be answered; ask again once some of them are`,
  nearest: [],
};

const TOO_LONG: ToolProblem = {
  code: 'busy',
  message: `Questions of yours about the whole fleet were ahead of this one for more than ${Lines.PATIENCE_MS / 1_000} seconds, and it was not looked at; ask again, and fewer at once`,
  nearest: [],
};

/** A server is one entity with two ids: it answers as a workload too. */
function isWorkload({ profile }: EntityView): boolean {
  return profile.type === 'workload' || profile.alias !== null;
}
