import type { EngineView, ThreatView } from '../engine/index.ts';
import {
  type Detail,
  iso,
  isoOrNull,
  type ThreatContext,
  THREAT_CATEGORIES,
  type ThreatCategory,
} from '../model/index.ts';
import { type Clock, framing, rounded } from './framing.ts';
import { cut } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { sitesShown } from './sites-shown.ts';
import type { FeedFetching } from './views.ts';

const LIST_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 3, standard: 10, full: 100 };

/** What the local feed stores say of an indicator; asking reveals nothing to anyone. */
export function threatContext(
  view: EngineView,
  { threat, fetching }: { readonly threat: ThreatView; readonly fetching: FeedFetching | null },
  detail: Detail,
  clock: Clock,
): ThreatContext {
  const shown = LIST_PER_DETAIL[detail];
  const { sites, cutSites } = sitesShown(view, detail);
  return {
    indicator: threat.indicator,
    type: threat.type,
    reputation: threat.reputation,
    categories: threat.categories.filter(isCategory),
    threat_actors: [...threat.actors],
    actor_claims: threat.claims.slice(0, shown).map(({ claimed, feeds, candidates, isAmbiguous }) => ({
      claimed,
      feeds: feeds.slice(0, shown),
      candidates: candidates.slice(0, shown).map(({ name, catalogue }) => ({ name, catalogue })),
      ambiguous: isAmbiguous,
    })),
    first_seen: isoOrNull(threat.firstSeen),
    last_seen: isoOrNull(threat.lastSeen),
    feed_sources: threat.feedSources,
    blocked_in_fleet: threat.blockPolicyId !== null,
    block_policy_id: threat.blockPolicyId,
    matched: threat.matched,
    evidence: threat.evidence.slice(0, shown).map((each) => ({
      feed: each.feed,
      listed_as: each.listedAs,
      categories: each.categories.filter(isCategory),
      threat_actors: [...each.actors],
      ports: [...each.ports],
      confidence: rounded(each.confidence, 2),
      feed_as_of: iso(each.feedAsOf),
      ...(each.sameAs === undefined ? {} : { same_content_as: each.sameAs }),
      current: each.current,
    })),
    evidence_total: threat.evidence.length,
    feed_store: {
      feeds: threat.store.feeds,
      newest: isoOrNull(threat.store.newest),
      stale: threat.store.stale,
      last_fetched: isoOrNull(fetching?.last ?? null),
      failing: (fetching?.failing ?? []).slice(0, shown).map(({ feed, last, problem }) => ({
        feed,
        last_fetched: isoOrNull(last),
        problem,
      })),
    },
    warning_lists: threat.warningLists.slice(0, shown),
    seen_in_fleet: {
      entities: threat.seen.total,
      entity_ids: threat.seen.entities.slice(0, shown),
      first: isoOrNull(threat.seen.first),
      last: isoOrNull(threat.seen.last),
      count: threat.seen.count,
      blocked: threat.seen.blocked,
      approximate: threat.seen.approximate,
    },
    probing:
      threat.probing === null
        ? null
        : {
            targets: threat.probing.targets,
            scan: threat.probing.isScan,
            first: iso(threat.probing.first),
            last: iso(threat.probing.last),
          },
    enforced_sites: threat.enforcedSites.slice(0, sites.length),
    sites,
    ...framing(view, clock, threat.confidence),
    ...leftOut(
      view,
      'threat',
      cut('evidence', threat.evidence.length > shown, detail),
      cut('entity_ids', threat.seen.entities.length > shown, detail, 'search_entities with contacted'),
      cut('failing', (fetching?.failing.length ?? 0) > shown, detail, 'stance intel list'),
      cut('actor_claims', threat.claims.length > shown, detail),
      cut('warning_lists', threat.warningLists.length > shown, detail),
      cutSites,
    ),
  };
}

function isCategory(text: string): text is ThreatCategory {
  return THREAT_CATEGORIES.some((each) => each === text);
}
