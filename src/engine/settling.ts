import {
  type EntityId,
  type EntityProfile,
  type EpochMs,
  type Evidence,
  type Factor,
  type FactorName,
} from '../model/index.ts';
import { nextAging } from './aging.ts';
import type { Grounds, MeasuringGrounds, Shared } from './grounds.ts';
import { judged, publishedOf, publishesAgain } from './judging.ts';
import type { Kept } from './kept.ts';
import type { Known } from './known.ts';
import { evidenceOf, measure, type Measurement } from './measuring.ts';
import { publishesSame, type Standing } from './standing.ts';
import { PutBack, type Remembered, type Stood } from './stood.ts';
import type { Watchlist } from './watchlist.ts';
import type { Looked } from './weaknesses.ts';
import { weigh, type Weighing } from './weighing.ts';

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
    const { standings } = this.#kept;
    const known = this.known(row, profile, now);
    const measurement = measure({ known, grounds, now });
    const weighing = weigh(known, grounds, now);
    const isPlain = known.threats.length === 0 && grounds.anomalies.of(profile.id).length === 0;
    if (!isPlain || !this.#isJudged(row, measurement, now)) {
      this.#judge(row, measurement, weighing);
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
    const measurement = this.#measured(row, profile, at);
    return standings.factors(row).map(({ name, p, since }) => {
      return { name, p, since, evidence: evidenceOf(name, measurement) };
    });
  }

  /** A standing from before takes the place of what stands: that of an identity that was merged and is split again. */
  restore(row: number, profile: EntityProfile, standing: Standing): void {
    this.#stand(row, standing, this.#measured(row, profile, standing.at));
    this.#kept.standings.flags.set(row, 'plain', false);
    this.#watchlist.update(row, profile);
  }

  /** Judges a row anew, after another identity parted from it. */
  partFrom(row: number, profile: EntityProfile, stood: Stood, now: EpochMs): void {
    const { standings } = this.#kept;
    const known = this.known(row, profile, now);
    const measurement = measure({ known, grounds: this.#grounds, now });
    this.#judge(row, measurement, weigh(known, this.#grounds, now), new PutBack(standings, stood));
    standings.flags.set(row, 'plain', false);
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

  /** How a row would stand with this known of it, on these grounds; nothing changes. */
  supposed(row: number, known: Known, grounds: MeasuringGrounds, now: EpochMs): Standing {
    const { standings } = this.#kept;
    const measurement = measure({ known, grounds, now });
    const factors = publishedOf(row, measurement, standings, grounds.scoring, now);
    const weighing = weigh(known, this.#grounds, now);
    return judged(row, { known, measurement, factors, weighing }, standings, grounds, now);
  }

  /** What there is to measure by, as it is at the moment of asking. */
  get grounds(): Grounds {
    return this.#grounds;
  }

  /** What is known of an entity at an instant. */
  known(row: number, profile: EntityProfile, now: EpochMs): Known {
    const { directory, sightings, certificates, identities } = this.#grounds;
    const history = this.#kept.histories.of(row);
    const { weaknesses, firmware } = this.weaknesses(row, profile);
    const isAsReported = weaknesses.length === 0 || weaknesses === history.software?.vulnerabilities();
    return {
      profile,
      history: isAsReported ? history : { ...history, software: { vulnerabilities: () => weaknesses } },
      firmware,
      threats: sightings.threatsOf(profile.id),
      certificates: certificates.standing(directory.membersOf(profile.id), now),
      identity: identities.standing(profile.id, now),
      arePeersProven: identities.covers(profile.kind),
    };
  }

  /** Reported and matched. */
  weaknesses(row: number, profile: EntityProfile): Looked {
    return this.#shared.weaknesses.of(profile, this.#kept.histories.software(row));
  }

  #measured(row: number, profile: EntityProfile, at: EpochMs): Measurement {
    return measure({ known: this.known(row, profile, at), grounds: this.#grounds, now: at });
  }

  /** Whether just these factors were judged the last time: score and risk level follow from them. */
  #isJudged(row: number, measurement: Measurement, now: EpochMs): boolean {
    const { standings } = this.#kept;
    return (
      standings.has(row) &&
      standings.flags.has(row, 'plain') &&
      measurement.factors.every(({ name }) => isNoGate(name)) &&
      publishesAgain(row, measurement, standings, this.#grounds.scoring, now)
    );
  }

  #judge(
    row: number,
    measurement: Measurement,
    weighing: Weighing,
    remembered: Remembered = this.#kept.standings,
  ): void {
    const { known, grounds, now } = measurement.scene;
    const factors = publishedOf(row, measurement, remembered, grounds.scoring, now);
    this.#stand(
      row,
      judged(row, { known, measurement, factors, weighing }, remembered, grounds, now),
      measurement,
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

  #stand(row: number, standing: Standing, measurement: Measurement): void {
    const { rows, standings, sums } = this.#kept;
    const before = standings.at(row);
    standings.put(row, standing);
    if (publishesSame(before, standing)) return;
    if (before !== null) sums.remove(before);
    sums.add(standing);
    const evidence = (name: FactorName) => evidenceOf(name, measurement);
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
