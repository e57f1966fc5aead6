import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Change,
  type FleetState,
  knownAnomaly,
  knownEntity,
  knownTag,
} from '../../data-directory/index.ts';
import { scopeMatcher, suppressionId } from '../../engine/index.ts';
import { registrableDomain } from '../../exposure/index.ts';
import {
  addressOf,
  type Anomaly,
  type AnomalyId,
  asciiName,
  DAY_MS,
  type EpochMs,
  iso,
  isoOrNull,
  LIMITS,
  type Network,
  networkContains,
  parseNetwork,
  PRIVATE_NETWORKS,
  rank,
  SEVERITIES,
  type Suppression,
  type SuppressionScope,
  type SuppressRecord,
} from '../../model/index.ts';
import {
  instant,
  invalid,
  needed,
  neededReason,
  OperationError,
  operatorName,
  optionalReason,
  suggestion,
} from '../../refusals/index.ts';
import type { SaidWhen } from '../said-when.ts';
import type {
  MatchedAnomaly,
  SuppressArgs,
  SuppressionAnswer,
  SuppressResult,
  UnsuppressArgs,
} from './operations.ts';

const MATCHES_SHOWN = 100;
const SIXTEENTH_BITS = 4;
/** Entities that are looked at before others have their turn. */
const PORTION = 1_000;
/** As a domain is written, or a keyed name of ours: what evidence can be about. */
const DESTINATION = /^[a-z0-9_][a-z0-9._:-]{0,252}$/;

/** Detections of a scope are counted instead of raised; a dry run says what that would have meant so far. */
export async function suppress(
  state: FleetState,
  args: SuppressArgs,
  when: SaidWhen,
): Promise<SuppressResult> {
  const { scope, ...done } = args.dry_run
    ? trySuppressing(state, args, when().at)
    : await state.change(() => suppressing(state, args, when));
  return { ...done, entities: await entitiesIn(state, scope) };
}

/** Whose detections such a scope may hold back, as things stand. */
async function entitiesIn({ engine: { directory } }: FleetState, scope: SuppressionScope): Promise<number> {
  if (scope.entity !== null) return 1;
  let [meant, seen] = [0, 0];
  for (const id of directory.entities()) {
    if (++seen % PORTION === 0) await nextTurn();
    const profile = directory.profile(id);
    if (profile !== null && (scope.tag === null || profile.tags.includes(scope.tag))) meant += 1;
  }
  return meant;
}

type Suppressed = Omit<SuppressResult, 'entities'> & { readonly scope: SuppressionScope };

function trySuppressing(state: FleetState, args: SuppressArgs, at: EpochMs): Suppressed {
  const scope = scopeOf(state, args);
  const since = at - args.look_back_days * DAY_MS;
  const kept = [...anomaliesKept(state).values()].filter(({ updatedAt }) => updatedAt >= since);
  const matched = matchedOf(state, scope, kept);
  return { scope, dry_run: true, suppression: null, ...shown(matched), closed: closable(matched) };
}

function suppressing(state: FleetState, args: SuppressArgs, when: SaidWhen): Change<Suppressed> {
  const scope = scopeOf(state, args);
  const { at, saidAt } = when();
  const record: SuppressRecord = {
    kind: 'suppress',
    at,
    scope,
    owner: operatorName('owner', args.owner),
    expiresAt: expiryOf(args, at),
    actor: args.actor,
    reason: neededReason(args.reason, 'a suppression'),
    saidAt,
  };
  const { suppressions } = state.engine;
  if (suppressions.count >= LIMITS.suppressions)
    throw new OperationError(
      'too_many',
      `${LIMITS.suppressions} suppressions are in force, the most there can be: remove some, or make a policy of them`,
    );
  const matched = matchedOf(state, scope, openOnes(state));
  const answer = () => {
    const made = suppressions.get(suppressionId(record));
    if (made === null) throw new OperationError('not_done', 'The suppression did not come into force');
    return {
      scope,
      dry_run: false,
      suppression: answerOf(made),
      ...shown(matched),
      closed: closable(matched),
    };
  };
  return { record, answer };
}

export function listSuppressions({ engine }: FleetState): readonly SuppressionAnswer[] {
  return engine.suppressions.all().map(answerOf);
}

export async function unsuppress(
  state: FleetState,
  { suppression: id, actor, reason }: UnsuppressArgs,
  when: SaidWhen,
): Promise<SuppressionAnswer> {
  return await state.change(() => {
    const { suppressions } = state.engine;
    const known = knownInForce(state, id);
    return {
      record: {
        kind: 'unsuppress',
        ...when(),
        suppression: known.id,
        actor,
        reason: optionalReason(reason),
      },
      answer: () => answerOf(suppressions.get(known.id) ?? known),
    };
  });
}

function knownInForce({ engine: { suppressions } }: FleetState, id: string): Suppression {
  const known = suppressions.get(id);
  if (known === null) {
    const ids = suppressions.all().map((each) => each.id);
    throw new OperationError(
      'unknown_suppression',
      `There is no suppression "${id.slice(0, 80)}"${suggestion(id, ids) || '; see stance suppressions list'}`,
    );
  }
  if (known.ended !== null)
    throw new OperationError('already_ended', `${known.id} ended at ${iso(known.ended.at)} already`);
  return known;
}

/** Of a type or a port alone the whole fleet would be blind. */
function scopeOf({ engine, fleet }: FleetState, args: SuppressArgs): SuppressionScope {
  const { tag, port } = args;
  const cause = args.anomaly === null ? null : knownAnomaly(engine, args.anomaly);
  const entity = args.entity ?? (tag === null ? (cause?.entity ?? null) : null);
  const destination = args.destination === null ? null : destinationOf(args.destination);
  if (entity === null && tag === null && destination === null)
    throw needed(
      ['entity', 'tag', 'destination'],
      'of a type or a port alone the whole fleet would be blind',
    );
  if (entity === null && tag === null && destination !== null) refuseOwnNetwork(destination, fleet);
  return {
    entity: entity === null ? null : knownEntity(engine, entity),
    tag: tag === null ? null : knownTag(engine, tag),
    type: args.type ?? cause?.type ?? null,
    destination,
    port,
  };
}

/** As evidence names it: a domain in A-labels, without a root dot, or nothing would ever match. */
function destinationOf(text: string): string {
  const trimmed = text.trim();
  const destination = asciiName(trimmed) ?? trimmed.toLowerCase();
  const network = parseNetwork(destination);
  if (network === null ? isDomain(destination) : !isTooWide(network)) return destination;
  throw invalid(
    'destination',
    text,
    'an address, a network of at least /8 (IPv6: /16), or a domain below a public suffix',
  );
}

/** All that our machines do to so many others, whoever does it, behind one word. */
function refuseOwnNetwork(destination: string, fleet: FleetState['fleet']): void {
  const network = parseNetwork(destination);
  if (network === null) return;
  const own = fleet?.sites.flatMap(({ networks }) => networks ?? PRIVATE_NETWORKS) ?? PRIVATE_NETWORKS;
  for (const each of own) {
    const ours = parseNetwork(each);
    if (ours === null || !overlap(network, ours) || network.prefix >= narrowEnough(ours)) continue;
    throw invalid(
      'destination',
      destination,
      `a network of at least /${narrowEnough(ours)} within ${each}, which is your own, unless "entity" or "tag" says whose detections are meant`,
    );
  }
}

function overlap(a: Network, b: Network): boolean {
  const [wide, narrow] = a.prefix <= b.prefix ? [a, b] : [b, a];
  return wide.family === narrow.family && networkContains(wide, addressOf(narrow.family, narrow.first));
}

/** One segment, and a sixteenth of what is ours, at most: or the whole would be suppressed in a few parts. */
function narrowEnough({ family, prefix }: Network): number {
  return family === 6
    ? Math.min(128, Math.max(64, prefix + SIXTEENTH_BITS))
    : Math.min(32, Math.max(24, prefix + SIXTEENTH_BITS));
}

/** Half of the world behind one word would blind the fleet as a type alone would. */
function isTooWide({ family, prefix }: Network): boolean {
  return prefix < (family === 6 ? 16 : 8);
}

function isDomain(text: string): boolean {
  return DESTINATION.test(text) && !text.includes('/') && registrableDomain(text) !== null;
}

/** Mandatory, and at most a year away: then somebody looks again. */
function expiryOf({ until, days }: SuppressArgs, at: EpochMs): EpochMs {
  if (until === null && days === null)
    throw needed(['days', 'until'], "a suppression ends, a year from the data's time at the latest");
  if (until !== null && days !== null) throw invalid('days', days, 'nothing beside "until": it ends once');
  const expiresAt = until === null ? at + (days ?? 0) * DAY_MS : instant('until', until);
  if (expiresAt > at && expiresAt <= at + LIMITS.suppressionMs) return expiresAt;
  throw invalid(
    until === null ? 'days' : 'until',
    until ?? days,
    `an end after ${iso(at)} and at the latest ${iso(at + LIMITS.suppressionMs)}, a year from the data's time`,
  );
}

/** The latest first. */
function matchedOf(
  { engine: { directory } }: FleetState,
  scope: SuppressionScope,
  anomalies: readonly Anomaly[],
): readonly Anomaly[] {
  const matches = scopeMatcher(scope, (id) => directory.canonical(id));
  return anomalies
    .filter((each) => {
      const profile = directory.profile(each.entity);
      return profile !== null && matches(profile, each);
    })
    .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
}

function openOnes({ engine }: FleetState): readonly Anomaly[] {
  return engine.partitions.flatMap(({ anomalies }) => [...anomalies.allOpen()]);
}

/** Of what is kept: the engine has the latest, history also those that the engine has forgotten. */
function anomaliesKept({ engine, past }: FleetState): ReadonlyMap<AnomalyId, Anomaly> {
  const kept = new Map<AnomalyId, Anomaly>();
  past.write();
  const { span } = past;
  if (span !== null) for (const each of past.history.asOf(span.until).anomalies()) kept.set(each.id, each);
  for (const { anomalies } of engine.partitions) for (const each of anomalies.all()) kept.set(each.id, each);
  return kept;
}

function closable(matched: readonly Anomaly[]): number {
  return matched.filter(({ status, verdict }) => status !== 'closed' && verdict !== 'true_positive').length;
}

function shown(matched: readonly Anomaly[]): Pick<SuppressResult, 'matched' | 'matched_total'> {
  const worstFirst = matched.toSorted(
    (a, b) => Number(a.status === 'closed') - Number(b.status === 'closed') || severityOf(b) - severityOf(a),
  );
  return { matched: worstFirst.slice(0, MATCHES_SHOWN).map(matchOf), matched_total: matched.length };
}

function severityOf({ severity }: Anomaly): number {
  return rank(SEVERITIES, severity);
}

function matchOf({ id, entity, type, severity, status, verdict, ...when }: Anomaly): MatchedAnomaly {
  const { detectedAt, updatedAt } = when;
  return {
    id,
    entity_id: entity,
    type,
    severity,
    status,
    verdict,
    detected_at: iso(detectedAt),
    updated_at: iso(updatedAt),
  };
}

function answerOf({ since, saidAt, expiresAt, lastMatch, ended, ...said }: Suppression): SuppressionAnswer {
  return {
    ...said,
    since: iso(since),
    said_at: isoOrNull(saidAt ?? null),
    expires_at: iso(expiresAt),
    last_match: isoOrNull(lastMatch),
    ended_at: isoOrNull(ended?.at ?? null),
    ended_by: ended?.by ?? null,
    ended_said_at: isoOrNull(ended?.saidAt ?? null),
  };
}
