import { type Change, type FleetState, knownEntity, knownTag } from '../../data-directory/index.ts';
import { maintenanceId } from '../../engine/index.ts';
import {
  type EpochMs,
  iso,
  LIMITS,
  type MaintenanceRecord,
  type MaintenanceScope,
  type MaintenanceWindow,
} from '../../model/index.ts';
import {
  instant,
  invalid,
  needed,
  neededReason,
  OperationError,
  optionalReason,
  suggestion,
} from '../../refusals/index.ts';
import type { SaidWhen } from '../said-when.ts';
import type { MaintenanceAnswer, MaintenanceArgs } from './operations.ts';

/** Plans work on something, on record. */
export async function addMaintenance(
  state: FleetState,
  args: MaintenanceArgs,
  when: SaidWhen,
): Promise<MaintenanceAnswer> {
  return await state.change(() => planning(state, args, when()));
}

function planning(
  state: FleetState,
  args: MaintenanceArgs,
  { at, saidAt }: ReturnType<SaidWhen>,
): Change<MaintenanceAnswer> {
  const { maintenance } = state.engine;
  const record: MaintenanceRecord = {
    kind: 'maintenance',
    at,
    scope: scopeOf(state, args),
    ...spanOf(args, at),
    actor: args.actor,
    reason: neededReason(args.reason, 'a maintenance window'),
    saidAt,
  };
  if (maintenance.countFrom(at) >= LIMITS.maintenanceWindows)
    throw new OperationError(
      'too_many',
      `${LIMITS.maintenanceWindows} windows are planned or under way, the most there can be: remove some`,
    );
  const answer = () => {
    const made = maintenance.get(maintenanceId(record));
    if (made === null) throw new OperationError('not_done', 'The maintenance window was not taken over');
    return answerOf(made, at);
  };
  return { record, answer };
}

/** Under way and planned ones by their beginning, then those that are over, the latest first. */
export function listMaintenance({ engine }: FleetState, at: EpochMs): readonly MaintenanceAnswer[] {
  const windows = engine.maintenance.all();
  const ahead = windows.filter(({ to }) => to > at).sort((a, b) => a.from - b.from);
  const over = windows.filter(({ to }) => to <= at).sort((a, b) => b.to - a.to);
  return [...ahead, ...over].map((each) => answerOf(each, at));
}

export async function removeMaintenance(
  state: FleetState,
  { window: id, actor, reason }: { window: string; actor: string; reason: string | null },
  when: SaidWhen,
): Promise<MaintenanceAnswer> {
  return await state.change(() => {
    const known = knownWindow(state, id);
    const { at, saidAt } = when();
    const said = { actor, reason: optionalReason(reason), saidAt };
    return {
      record: { kind: 'maintenance_remove', at, window: known.id, ...said },
      answer: () => answerOf(known, at),
    };
  });
}

function knownWindow({ engine: { maintenance } }: FleetState, id: string): MaintenanceWindow {
  const known = maintenance.get(id);
  if (known === null) {
    const ids = maintenance.all().map((each) => each.id);
    throw new OperationError(
      'unknown_window',
      `There is no maintenance window "${id.slice(0, 80)}"${suggestion(id, ids) || '; see stance maintenance list'}`,
    );
  }
  return known;
}

function scopeOf({ engine }: FleetState, { site, tag, entity }: MaintenanceArgs): MaintenanceScope {
  const given = [site, tag, entity].filter((each) => each !== null);
  if (given.length === 0) throw needed(['site', 'tag', 'entity'], 'what is worked on');
  if (given.length > 1)
    throw new OperationError(
      'invalid_arguments',
      'Give only one of "site", "tag" and "entity": a window is about one thing; plan another for the other.',
    );
  const known = site === null ? null : engine.sites.find((each) => each === site);
  if (known === undefined) throw invalid('site', site, `one of ${engine.sites.join(', ')}`);
  return {
    site: known,
    tag: tag === null ? null : knownTag(engine, tag),
    entity: entity === null ? null : knownEntity(engine, entity),
  };
}

function spanOf(args: MaintenanceArgs, at: EpochMs): { readonly from: EpochMs; readonly to: EpochMs } {
  const from = args.from === null ? at : instant('from', args.from);
  const to = instant('to', args.to);
  const latest = from + LIMITS.maintenanceMs;
  const earliest = Math.max(from, at);
  if (to > earliest && to <= latest) return { from, to };
  throw invalid('to', args.to, `an instant after ${iso(earliest)} and at the latest ${iso(latest)}`);
}

function answerOf({ from, to, ...said }: MaintenanceWindow, at: EpochMs): MaintenanceAnswer {
  const state = at < from ? 'planned' : at < to ? 'under_way' : 'over';
  return { ...said, from: iso(from), to: iso(to), state };
}
