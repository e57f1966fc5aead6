import { GraveTally } from '../compliance/index.ts';
import type { EngineView, EntityGlance, EntityView } from '../engine/index.ts';
import type { EntityId, FeedId } from '../model/index.ts';
import { DEFAULT_PROFILE, keptProfile, type ScoringProfile } from '../scoring/index.ts';
import type { Circumstances, Past } from '../store/index.ts';
import { pastEntity } from './past-entity.ts';
import { pastFleet } from './past-fleet.ts';
import { pastMeasures } from './past-measures.ts';

/** The record of the journal that brought each feed as it is now: one that is the same has the word that it had. */
export type FeedImports = ReadonlyMap<FeedId, number>;

/**
 * The fleet of an earlier instant for the same readers as the present one. What is not kept is empty here, and the
 * answers say so (`not-kept.ts`); a name that nobody had yet is looked for in the present.
 */
export function createPastView(past: Past, now: EngineView, imports: FeedImports): EngineView {
  const scoring = profileKept(past.circumstance('scoring'));
  const policies = past.circumstance('policies') ?? [];
  const feeds = past.circumstance('feeds') ?? [];
  const sensors = past.circumstance('sensors') ?? [];
  // Who was merged since has another's baseline today.
  const baselineOf = (id: EntityId) => {
    const today = now.entity(id);
    return today?.id === id ? today.baseline() : null;
  };
  const viewOf = (entity: ReturnType<Past['entity']>) =>
    entity === null ? null : pastEntity(past, entity, { scoring, policies, baselineOf });
  const view: EngineView = {
    asOf: past.at,
    now: past.at,
    newestEvent: null,
    scoring,
    sites: past.circumstance('sites') ?? [],
    policies,
    feeds,
    sensors: sensors.map((each) => ({ ...each, lastEvent: null })),
    dimensionsAssessed: past.circumstance('dimensions') ?? [],
    isAdvised: past.circumstance('advised') ?? false,
    complianceWords: past.circumstance('compliance') ?? [],
    fleet: () => pastFleet(past, view.sensors, (id) => viewOf(past.entity(id))),
    entity: (id) => viewOf(past.entity(id)),
    userByAccount: (account) => {
      const user = now.userByAccount(account);
      return user === null ? null : viewOf(past.entity(user.id));
    },
    devicesByMac: (mac) => now.devicesByMac(mac),
    nearest: (id, limit) => now.nearest(id, limit),
    *entities() {
      for (const each of past.entities()) {
        const entity = viewOf(each);
        if (entity !== null) yield entity;
      }
    },
    glances: () => portions(view.entities(), glanceOf),
    presences: () => portions(past.entities(), ({ id, picture }) => ({ id, isEnrolled: picture.isEnrolled })),
    measures: () => portions(past.entities(), (each) => pastMeasures(past, each)),
    get fleetRelease() {
      return past.circumstance('released');
    },
    anomalies: () => past.anomalies(),
    openAnomalies: () => past.allOpenAnomalies(),
    graveAnomalies: () => GraveTally.of(past.allOpenAnomalies()),
    anomalyCountOpen: () => past.fleet.openAnomalies,
    suppressedCount: () => past.circumstance('suppressed') ?? 0,
    threat: (indicator) => {
      const threat = now.threat(indicator, { at: past.at, feeds: unchanged(feeds, imports) });
      return 'refused' in threat
        ? threat
        : { ...threat, blockPolicyId: null, enforcedSites: [], seen: NOT_SEEN };
    },
    contacted: () => ({ entities: [], isApproximate: true }),
  };
  return view;
}

const PORTION = 64;

function* portions<E, T>(entities: Iterable<E>, read: (entity: E) => T | null): Iterable<readonly T[]> {
  let portion: T[] = [];
  for (const entity of entities) {
    const item = read(entity);
    if (item !== null) portion.push(item);
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
  }
  yield portion;
}

function glanceOf({ id, profile, riskLevel, scoreExact }: EntityView): EntityGlance {
  const { type, alias, kind, site, enrolment } = profile;
  return { id, type, alias, kind, site, isEnrolled: enrolment.state === 'enrolled', riskLevel, scoreExact };
}

const NOT_SEEN = {
  entities: [],
  total: 0,
  first: null,
  last: null,
  count: 0,
  blocked: 0,
  approximate: true,
} as const;

function unchanged(feeds: Circumstances['feeds'], imports: FeedImports): ReadonlySet<FeedId> {
  return new Set(feeds.filter(({ id, record }) => imports.get(id) === record).map(({ id }) => id));
}

/** An old profile keeps its word; of factors that are younger than it, the present one has the only word. */
function profileKept(kept: ScoringProfile | null): ScoringProfile {
  if (kept === null) return DEFAULT_PROFILE;
  return keptProfile(kept);
}
