import {
  type EntityId,
  type EntityProfile,
  type EpochMs,
  type Evidence,
  type Factor,
  type FactorName,
} from '../model/index.ts';
import { assess, publish, riskLevel } from '../scoring/index.ts';
import { nextAging } from './aging.ts';
import type { Grounds, Shared } from './grounds.ts';
import type { Kept } from './kept.ts';
import { evidenceOf, type Known, measure, type Measurement } from './measuring.ts';
import { publishesSame, type Standing } from './standing.ts';
import type { Watchlist } from './watchlist.ts';
import { weigh, type Weighing } from './weighing.ts';

interface Published {
  readonly name: FactorName;
  readonly p: number;
  readonly since: EpochMs;
}

/** From evidence to posture: measure every factor, publish it in steps, score, judge the risk. */
export class Settling {
  readonly #kept: Kept;
  readonly #grounds: Grounds;
  readonly #watchlist: Watchlist;
  readonly #shared: Shared;

  constructor(kept: Kept, grounds: Grounds, watchlist: Watchlist, shared: Shared) {
    this.#watchlist = watchlist;
    this.#kept = kept;
    this.#grounds = grounds;
    this.#shared = shared;
  }

  /** Brings the standing of a row up to date; where nothing moved, only what is due next is looked at. */
  settle(row: number, profile: EntityProfile, now: EpochMs): void {
    const grounds = this.#grounds;
    const known = this.#known(row, profile, now);
    const measurement = measure(known, grounds, now);
    const factors = this.#published(row, measurement, now);
    const weighing = weigh(profile, known.history, grounds, now);
    const isPlain = known.threats.length === 0 && grounds.anomalies.of(profile.id).length === 0;
    const { standings } = this.#kept;
    if (!isPlain || !this.#isJudged(row, factors)) {
      this.#stand(row, this.#judged(row, known, factors, weighing, measurement, now), measurement);
    } else if (!this.#weighs(row, profile, weighing)) {
      this.#stand(row, this.#weighed(row, profile, weighing, now), measurement);
    } else standings.confirm(row, now);
    standings.flags.set(row, 'plain', isPlain);
    this.#watchlist.update(row, profile);
    const publishedP = (factor: FactorName) => standings.published(row, factor);
    this.#kept.deadlines.set(row, 'aging', nextAging(known, publishedP, grounds, now));
  }

  /** The published factors with their evidence, as of the instant at which they were settled. */
  factors(row: number, profile: EntityProfile): readonly Factor[] {
    const { standings } = this.#kept;
    const at = standings.settledAt(row);
    const measurement = measure(this.#known(row, profile, at), this.#grounds, at);
    return standings.factors(row).map(({ name, p, since }) => {
      return { name, p, since, evidence: evidenceOf(name, measurement, at) };
    });
  }

  /** A standing from before takes the place of what stands: that of an identity that was merged and is split again. */
  restore(row: number, profile: EntityProfile, standing: Standing): void {
    const { at } = standing;
    this.#stand(row, standing, measure(this.#known(row, profile, at), this.#grounds, at));
    this.#kept.standings.flags.set(row, 'plain', false);
    this.#watchlist.update(row, profile);
  }

  /** Takes a standing out, before its row is given up. */
  release(row: number): Standing | null {
    const { rows, standings, sums, deadlines } = this.#kept;
    const standing = standings.at(row);
    if (standing !== null) {
      sums.remove(standing);
      sums.atRisk.place(row, null);
      this.#tell(rows.id(row), standing, null, () => []);
    }
    standings.clear(row);
    deadlines.clear(row);
    return standing;
  }

  #known(row: number, profile: EntityProfile, now: EpochMs): Known {
    const { sightings, certificates } = this.#grounds;
    return {
      profile,
      history: this.#kept.histories.of(row),
      threats: sightings.threatsOf(profile.id),
      certificates: certificates.standing(profile.id, now),
    };
  }

  /** Factors keep the instant at which they first appeared; a step within one does not restart it. */
  #published(row: number, { factors }: Measurement, now: EpochMs): readonly Published[] {
    const { scoring } = this.#shared;
    const { standings } = this.#kept;
    const published: Published[] = [];
    for (const { name, measure: value } of factors) {
      const p = publish(scoring, name, value, standings.published(row, name));
      if (p === 0) continue;
      const factor = { name, p, since: Math.min(standings.since(row, name) ?? now, now) };
      const twice = published.findIndex((each) => each.name === name);
      if (twice === -1) published.push(factor);
      else published[twice] = factor;
    }
    return published;
  }

  /** Whether these factors, and nothing else, were judged the last time: score and risk level follow from them. */
  #isJudged(row: number, factors: readonly Published[]): boolean {
    const { standings } = this.#kept;
    return (
      standings.has(row) &&
      standings.flags.has(row, 'plain') &&
      factors.length === standings.factorCount(row) &&
      factors.every((each) => isNoGate(each.name) && standings.publishes(row, each))
    );
  }

  /** Whether it stands as this in its fleet already. */
  #weighs(row: number, { enrolment, type }: EntityProfile, weighing: Weighing): boolean {
    const { standings } = this.#kept;
    return (
      standings.flags.has(row, 'enrolled') === (enrolment.state === 'enrolled') &&
      standings.flags.has(row, 'device') === (type === 'device') &&
      standings.weighs(row, weighing)
    );
  }

  #weighed(row: number, profile: EntityProfile, weighing: Weighing, now: EpochMs): Standing {
    return {
      ...this.#kept.standings.stood(row),
      ...weighing,
      isEnrolled: profile.enrolment.state === 'enrolled',
      isDevice: profile.type === 'device',
      at: now,
    };
  }

  #judged(
    row: number,
    { profile, history }: Known,
    factors: readonly Published[],
    weighing: Weighing,
    { sightings }: Measurement,
    now: EpochMs,
  ): Standing {
    const { scoring } = this.#shared;
    const { standings } = this.#kept;
    const assessment = assess(factors, scoring);
    const confidenceIn = (factor: FactorName) =>
      sightings.find(({ name }) => name === factor)?.confidence ?? 0;
    const risk = riskLevel(
      {
        assessment,
        previousBandLevel: standings.has(row) ? standings.bandLevel(row) : null,
        anomalies: this.#grounds.anomalies.of(profile.id),
        c2Confidence: { reached: confidenceIn('c2_reached'), blocked: confidenceIn('c2_blocked') },
        exploitedServiceReachable: history.servesOthers,
      },
      scoring,
    );
    const since = new Map(factors.map((each) => [each.name, each.since]));
    return {
      ...weighing,
      scoreExact: assessment.scoreExact,
      ...risk,
      isEnrolled: profile.enrolment.state === 'enrolled',
      isDevice: profile.type === 'device',
      factors: assessment.factors.map(({ name, p, milliPoints }) => {
        return { name, p, milliPoints, since: since.get(name) ?? now };
      }),
      at: now,
    };
  }

  #stand(row: number, standing: Standing, measurement: Measurement): void {
    const { rows, standings, sums } = this.#kept;
    const before = standings.at(row);
    standings.put(row, standing);
    if (publishesSame(before, standing)) return;
    if (before !== null) sums.remove(before);
    sums.add(standing);
    const evidence = (name: FactorName) => evidenceOf(name, measurement, standing.at);
    this.#tell(rows.id(row), before, standing, evidence);
  }

  #tell(
    entity: EntityId,
    before: Standing | null,
    after: Standing | null,
    evidence: (name: FactorName) => readonly Evidence[],
  ): void {
    const { changes, scoring, now } = this.#shared;
    changes.posture(entity, before, after, { at: now, profile: scoring.version, evidence });
  }
}

/** Whether a factor's being there never decides the risk level together with something else than its p. */
function isNoGate(name: FactorName): boolean {
  return name !== 'known_exploited_vulnerability';
}
