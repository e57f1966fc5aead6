import { type Change, type FleetState, knownEntity, knownTag } from '../../data-directory/index.ts';
import { maintenanceId } from '../../engine/index.ts';
import {
  type EpochMs,
  iso,
  isoOrNull,
  LIMITS,
  type MaintenanceRecord,
  type MaintenanceScope,
  type MaintenanceWindow,
  type RemovedWindow,
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

/** Under way and planned ones by their beginning, then those that are over and those that were removed, the latest first. */
export function listMaintenance({ engine }: FleetState, at: EpochMs): readonly MaintenanceAnswer[] {
  const windows = engine.maintenance.all();
  const ahead = windows.filter(({ to }) => to > at).sort((a, b) => a.from - b.from);
  const over = windows.filter(({ to }) => to <= at).sort((a, b) => b.to - a.to);
  const removed = engine.maintenance.removed().toReversed();
  return [...ahead, ...over, ...removed].map((each) => answerOf(each, at));
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
      answer: () => answerOf(removedWindow(state, known.id) ?? known, at),
    };
  });
}

function removedWindow({ engine }: FleetState, id: string): RemovedWindow | null {
  return engine.maintenance.removed().findLast((each) => each.id === id) ?? null;
}

function knownWindow(state: FleetState, id: string): MaintenanceWindow {
  const removed = removedWindow(state, id);
  if (removed !== null)
    throw new OperationError(
      'already_ended',
      `${removed.id} was removed at ${iso(removed.removed.at)} already`,
    );
  const { maintenance } = state.engine;
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
  throw invalid(
    'to',
    args.to,
    `an instant after ${iso(earliest)} and at the latest ${iso(latest)}, by the data's time`,
  );
}

function answerOf(window: MaintenanceWindow | RemovedWindow, at: EpochMs): MaintenanceAnswer {
  const { id, scope, reason, actor, held, from, to, saidAt } = window;
  const removed = 'removed' in window ? window.removed : null;
  const inTime = at < from ? 'planned' : at < to ? 'under_way' : 'over';
  return {
    id,
    scope,
    from: iso(from),
    to: iso(to),
    state: removed === null ? inTime : 'removed',
    reason,
    actor,
    said_at: isoOrNull(saidAt ?? null),
    held,
    removed: removed === null ? null : removalOf(removed),
  };
}

function removalOf({
  at,
  saidAt,
  actor,
  reason,
}: RemovedWindow['removed']): NonNullable<MaintenanceAnswer['removed']> {
  return { at: iso(at), said_at: isoOrNull(saidAt ?? null), actor, reason };
}
