import {
  DAY_MS,
  type EntityId,
  type EntityProfile,
  type EpochMs,
  type Evidence,
  type Factor,
  type FactorName,
} from '../model/index.ts';
import { assess, publish, riskLevel } from '../scoring/index.ts';
import { nextAging } from './aging.ts';
import type { Deadlines } from './deadlines.ts';
import type { EntityRows } from './entity-rows.ts';
import type { Grounds, Shared } from './grounds.ts';
import type { Histories } from './histories.ts';
import { evidenceOf, type Known, measure, type Measurement } from './measuring.ts';
import type { PartitionSums } from './partition-sums.ts';
import { publishesSame, type Standing } from './standing.ts';
import type { Standings } from './standings.ts';
import { weigh, type Weighing } from './weighing.ts';

const STRANGER_LEAVES_MS = 7 * DAY_MS;

/** What a partition keeps of its entities' postures. */
export interface Kept {
  readonly rows: EntityRows;
  readonly histories: Histories;
  readonly standings: Standings;
  readonly deadlines: Deadlines;
  readonly sums: PartitionSums;
}

interface Published {
  readonly name: FactorName;
  readonly p: number;
  readonly since: EpochMs;
}

/** From evidence to posture: measure every factor, publish it in steps, score, judge the risk. */
export class Settling {
  readonly #kept: Kept;
  readonly #grounds: Grounds;
  readonly #shared: Shared;

  constructor(kept: Kept, grounds: Grounds, shared: Shared) {
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
    if (this.#stands(row, profile, factors, weighing, isPlain)) this.#kept.standings.confirm(row, now);
    else this.#stand(row, this.#judged(row, known, factors, weighing, measurement, now), measurement);
    this.#kept.standings.flags.set(row, 'plain', isPlain);
    this.list(row, profile);
    const publishedP = (factor: FactorName) => this.#kept.standings.published(row, factor);
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
    this.list(row, profile);
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

  /** A stranger at risk without a time to leave: it has left, or was never heard. Its next sign of life decides. */
  isAway(row: number): boolean {
    const { standings, deadlines } = this.#kept;
    return isStranger(standings, row) && standings.level(row) !== 'low' && !deadlines.has(row, 'leaving');
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

  /** Whether all that would be judged is what stands already. */
  #stands(
    row: number,
    { enrolment, type }: EntityProfile,
    factors: readonly Published[],
    { weight, type: weighedAs, confidence }: Weighing,
    isPlain: boolean,
  ): boolean {
    const { standings } = this.#kept;
    const { flags } = standings;
    return (
      isPlain &&
      flags.has(row, 'standing') &&
      flags.has(row, 'plain') &&
      flags.has(row, 'enrolled') === (enrolment.state === 'enrolled') &&
      flags.has(row, 'device') === (type === 'device') &&
      standings.weighs(row, weight, weighedAs, confidence) &&
      factors.length === standings.factorCount(row) &&
      factors.every((each) => isNoGate(each.name) && standings.publishes(row, each))
    );
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

  /** In the list of devices at risk is who belongs there and has not left. A device of the fleet never leaves. */
  list(row: number, profile: EntityProfile): void {
    const { atRisk } = this.#kept.sums;
    const was = atRisk.has(row);
    this.#list(row, profile);
    if (atRisk.has(row) !== was) this.#shared.changes.atRisk(profile.id, !was, this.#shared.now);
  }

  #list(row: number, { lastSeen }: EntityProfile): void {
    const { standings, sums, deadlines } = this.#kept;
    if (!standings.flags.has(row, 'device') || standings.level(row) === 'low') {
      return sums.atRisk.place(row, null);
    }
    const leaves = isStranger(standings, row) && lastSeen !== null ? lastSeen + STRANGER_LEAVES_MS : null;
    const hasLeft = leaves !== null && (this.#shared.time.now ?? 0) > leaves;
    sums.atRisk.place(row, hasLeft ? null : standings.at(row));
    const due = deadlines.at(row, 'leaving');
    if (leaves === null || hasLeft) deadlines.set(row, 'leaving', null);
    else if (due === null || due > leaves + 1) deadlines.set(row, 'leaving', leaves + 1);
  }
}

/** Whether a factor's being there never decides the risk level together with something else than its p. */
function isNoGate(name: FactorName): boolean {
  return name !== 'known_exploited_vulnerability';
}

function isStranger({ flags }: Standings, row: number): boolean {
  return flags.has(row, 'device') && !flags.has(row, 'enrolled');
}
