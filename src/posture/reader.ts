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
import { entityAsked, isProblem, otherKind, unknownEntity, unknownUser } from './asked-entity.ts';
import { comparison } from './comparison.ts';
import { devicePosture, userPosture, workloadPosture } from './entity-postures.ts';
import { entitySearch, unanswerable } from './entity-search.ts';
import { explainEntity, explainFleet } from './explanation.ts';
import { fleetPosture } from './fleet-posture.ts';
import type { Clock } from './framing.ts';
import { simulation } from './simulation.ts';
import { threatContext } from './threat-context.ts';
import { type PostureViews, viewAt } from './views.ts';

type Answered<T extends ToolName> = ToolAnswer<T> | ToolProblem;
type Answerers = {
  readonly [T in ToolName]: (
    view: EngineView,
    input: ToolInput<T>,
    clock: Clock,
    views: PostureViews,
  ) => Answered<T> | Promise<Answered<T>>;
};

const ANSWERERS: Answerers = {
  get_fleet_posture: (view, { detail }, clock) => fleetPosture(view, detail ?? 'standard', clock),
  get_device_posture: (view, { device_id, detail }, clock) => {
    const device = view.entity(device_id);
    if (device === null) return unknownEntity(view, 'device', device_id);
    if (device.profile.type !== 'device')
      return otherKind(device, `get_${device.profile.type}_posture`, device_id);
    return devicePosture(view, device, device_id, detail ?? 'standard', clock);
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
  list_anomalies: (view, input, clock) => anomalyList(view, input, input.detail ?? 'standard', clock),
  get_threat_context: (view, { indicator, detail }, clock) => {
    const threat = view.threat(indicator);
    if ('refused' in threat) return { code: 'invalid_input', message: threat.refused, nearest: [] };
    return threatContext(view, threat, detail ?? 'standard', clock);
  },
  search_entities: (view, input, clock) => unanswerable(view, input) ?? entitySearch(view, input, clock),
  explain_posture: (view, { entity_id, detail = 'standard' }, clock) => {
    if (entity_id === undefined) return explainFleet(view, detail, clock);
    const entity = entityAsked(view, entity_id);
    return isProblem(entity) ? entity : explainEntity(view, entity, entity_id, detail, clock);
  },
  compare_posture: comparison,
  simulate_change: (_view, input, clock, { now }) => simulation(now, input, clock),
};

/** Answers from an engine in this process, and of the past from what was kept of it. */
export function createPostureReader(views: PostureViews, clock: Clock): PostureReader {
  return {
    ask: async <T extends ToolName>(tool: T, input: ToolInput<T>): Promise<ToolOutcome<T>> => {
      const scope = tool === 'search_entities' ? 'all' : 'few';
      const view = await viewAt(
        views,
        { field: 'as_of', instant: 'as_of' in input ? input.as_of : undefined, scope },
        clock,
      );
      const answer = isProblem(view) ? view : await ANSWERERS[tool](view, input, clock, views);
      return isProblem(answer) ? { ok: false, problem: answer } : { ok: true, answer };
    },
  };
}

/** A server is one entity with two ids: it answers as a workload too. */
function isWorkload({ profile }: EntityView): boolean {
  return profile.type === 'workload' || profile.alias !== null;
}
