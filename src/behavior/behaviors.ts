import { Table, PackedTexts } from '../columns/index.ts';
import {
  type AnomalyType,
  type Detection,
  type EpochMs,
  HOUR_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../model/index.ts';
import { Baseline } from './baseline.ts';
import { Baselines } from './baselines.ts';
import type { Calendar, Circumstances } from './circumstances.ts';
import { Claim } from './claim.ts';
import type { Contact } from './contact.ts';
import { Detectors } from './detectors/detectors.ts';
import { offlineDetection } from './detectors/offline.ts';
import { driftAnomaly, isOrdinaryAmount, volumeAnomaly } from './detectors/volume-anomaly.ts';
import { Encounter } from './encounter.ts';
import type { Anchor } from './new-normal.ts';
import { PeerGroups } from './peer-groups.ts';
import type { Question } from './question.ts';
import type { SignIn } from './sign-ins/sign-in.ts';
import { Silences } from './silence.ts';

export interface Observed {
  readonly detections: readonly Detection[];
  /** States that are over. */
  readonly ended: readonly AnomalyType[];
  readonly deviationMoved: boolean;
}

const NO_DETECTIONS: readonly Detection[] = [];
const NONE_ENDED: readonly AnomalyType[] = [];
const VOLUME_ENDED: readonly AnomalyType[] = ['volume_anomaly'];
const IS_OF_A_NEW_DESTINATION: ReadonlySet<AnomalyType> = new Set<AnomalyType>([
  'beaconing',
  'data_exfiltration',
]);
const NOTHING: Observed = { detections: NO_DETECTIONS, ended: NONE_ENDED, deviationMoved: false };
const MOVED: Observed = { detections: NO_DETECTIONS, ended: NONE_ENDED, deviationMoved: true };

/** A claim to the behaviour of an entity. */
export type BehaviorClaim = Claim<Behaviors>;

/** The behaviour of many entities, each a row: its baseline, its detectors, its silence. */
export class Behaviors implements Stateful {
  readonly #rows = new Table();
  readonly #texts = new PackedTexts();
  readonly #baselines;
  readonly #silences;
  readonly #detectors = new Detectors(this.#rows, this.#texts);
  readonly #encounter;
  /** Of the rows that changed hands. */
  readonly #claims = new Map<number, BehaviorClaim>();

  /** @param peers of all engine parts */
  constructor(peers: PeerGroups = new PeerGroups()) {
    this.#baselines = new Baselines(this.#rows, this.#texts, peers);
    this.#silences = new Silences(this.#rows, this.#baselines);
    this.#encounter = new Encounter(this.#baselines);
  }

  /** The row of an entity of which nothing is known yet. */
  begin(): number {
    const row = this.#rows.add();
    this.#baselines.begin(row);
    return row;
  }

  end(row: number): void {
    this.#baselines.end(row);
    this.#detectors.end(row);
    this.#rows.remove(row);
    this.#claims.delete(row);
  }

  /** Takes a contact in event order; what it departs from is judged before it is learnt. */
  observe(row: number, contact: Contact, circumstances: Circumstances): Observed {
    const hourClosed = this.#advanceTo(row, contact, circumstances);
    const { speaksOfOthers } = this.#baselines;
    const encounter = this.#encounter.set(row, contact, circumstances);
    const detections = this.#heeded(row, this.#detectors.meet(encounter));
    const isMoved = this.#baselines.observe(row, contact, circumstances, encounter.place);
    const deviationMoved = isMoved || speaksOfOthers;
    return this.#observed(row, contact, { detections, deviationMoved, hourClosed });
  }

  /** A further request within a connection: a call like others, and no connection. */
  call(row: number, contact: Contact, circumstances: Circumstances): Observed {
    const hourClosed = this.#advanceTo(row, contact, circumstances);
    const { speaksOfOthers } = this.#baselines;
    const encounter = this.#encounter.set(row, contact, circumstances);
    const detections = this.#heeded(row, this.#detectors.call(encounter));
    this.#baselines.meet(row, contact, circumstances, encounter.place);
    return this.#observed(row, contact, { detections, deviationMoved: speaksOfOthers, hourClosed });
  }

  #advanceTo(row: number, { time }: Contact, circumstances: Circumstances): boolean {
    return this.advance(row, time, circumstances, Math.min(time, circumstances.now));
  }

  #observed(
    row: number,
    contact: Contact,
    { detections, deviationMoved, hourClosed }: Omit<Observed, 'ended'> & { readonly hourClosed: boolean },
  ): Observed {
    if (hourClosed) {
      const hour = this.hourEnd(row, contact.time);
      return { ...hour, detections: [...detections, ...hour.detections] };
    }
    if (detections.length > 0) return { detections, ended: NONE_ENDED, deviationMoved };
    return deviationMoved ? MOVED : NOTHING;
  }

  /** What the hour that was closed last says, as a whole. */
  hourEnd(row: number, now: EpochMs): Observed {
    const tail = this.#baselines.amountTail(row);
    const departure = this.#baselines.lastHour(row);
    const distance = this.#baselines.distance(row);
    const hour = this.#baselines.closedHour(row);
    const much = volumeAnomaly({ at: now - (now % HOUR_MS), hour }, departure, tail);
    const drifted = distance === null ? null : driftAnomaly(now, distance);
    const found = much ?? drifted;
    if (found !== null) return { detections: [found], ended: NONE_ENDED, deviationMoved: true };
    return {
      detections: NO_DETECTIONS,
      ended: isOrdinaryAmount(tail) ? VOLUME_ENDED : NONE_ENDED,
      deviationMoved: true,
    };
  }

  /** Takes a question into account, in event order. */
  ask(row: number, question: Question, circumstances: Circumstances): readonly Detection[] {
    const { destinations } = this.#baselines;
    const contactsWith = (peer: string) => destinations.count(destinations.find(row, peer));
    return this.#heeded(row, this.#detectors.ask({ row, question, circumstances, contactsWith }));
  }

  /** Takes a sign-in to or from a machine into account, in event order. */
  signIn(row: number, signIn: SignIn): readonly Detection[] {
    const age = this.#baselines.ageAt(row, signIn.time);
    return this.#heeded(row, this.#detectors.signIn(row, signIn, age));
  }

  /** Closes every hour that ended by `time`; true when one did. */
  advance(row: number, time: EpochMs, calendar: Calendar, now: EpochMs = time): boolean {
    if (!this.#baselines.advance(row, time, calendar)) return false;
    this.#detectors.forget(row, now);
    return true;
  }

  /**
   * Any sign of life, also one that is not a connection.
   * @param sensorSteadySince before this its sensor was silent too
   * @param excusedUntil before this work was done on it
   */
  hear(row: number, time: EpochMs, sensorSteadySince: EpochMs = 0, excusedUntil?: () => EpochMs): void {
    this.#silences.hear(row, time, sensorSteadySince, excusedUntil);
  }

  /**
   * When its silence will be a departure, if nothing is heard until then.
   * @param sensorSteadySince before this its sensor was silent too: the waiting starts anew
   */
  offlineDeadline(row: number, sensorSteadySince: EpochMs = 0): EpochMs | null {
    return this.#silences.deadline(row, sensorSteadySince);
  }

  offline(row: number, now: EpochMs): Detection {
    return offlineDetection(this.#silences.lastHeard(row) ?? now, now);
  }

  /**
   * What was found of it was held back, and is no longer: it is told anew if it goes on.
   * @param name the act, where its type names acts
   */
  askAgain(row: number, type: AnomalyType, name: string | null, now: EpochMs): void {
    this.#detectors.askAgain(row, type, name);
    // That it was called meanwhile does not make a destination one of its own.
    if (name !== null && IS_OF_A_NEW_DESTINATION.has(type))
      this.#baselines.destinations.renew(row, name, now);
  }

  /** An operator says that what this entity does of late is right: its new normal. Gives what was, to take it back. */
  accept(row: number): Anchor {
    return this.#baselines.accept(row);
  }

  revert(row: number, before: Anchor): void {
    this.#baselines.revert(row, before);
  }

  /** For reading. */
  baseline(row: number): Baseline {
    return new Baseline(this.#baselines, row);
  }

  /** The claim to a row, to be kept by whoever may ask it back. */
  claimTo(row: number): BehaviorClaim {
    let claim = this.#claims.get(row);
    if (claim === undefined) this.#claims.set(row, (claim = new Claim<Behaviors>(this, row)));
    return claim;
  }

  /** An entity gives its row away. */
  release(row: number): BehaviorClaim {
    const claim = this.claimTo(row);
    claim.isLived = false;
    return claim;
  }

  /** An entity takes over what another gave away, wherever it is; `null` where somebody else lives it. */
  adopt(claim: BehaviorClaim): number | null {
    if (claim.isLived) return null;
    if (claim.home !== this) claim.home.#moveTo(this, claim);
    claim.isLived = true;
    return claim.row;
  }

  /** Whether a row is what the claim is to. */
  isClaimed(row: number, { home, row: claimed }: BehaviorClaim): boolean {
    return home === this && claimed === row;
  }

  save(to: StateWriter): void {
    this.#rows.save(to.part('rows'));
    this.#texts.save(to.part('texts'));
    this.#baselines.save(to.part('baselines'));
    this.#detectors.save(to);
    to.records(
      'claims',
      [...this.#claims.values()].map(({ row, isLived }) => [row, isLived]),
    );
  }

  load(from: StateReader): void {
    this.#rows.load(from.part('rows'));
    this.#texts.load(from.part('texts'));
    this.#baselines.load(from.part('baselines'));
    this.#detectors.load(from);
    for (const [row, isLived] of from.records('claims') as Iterable<[number, boolean]>) {
      this.claimTo(row).isLived = isLived;
    }
  }

  #heeded(row: number, detections: readonly Detection[]): readonly Detection[] {
    for (const { chance, confidence } of detections)
      this.#baselines.addEvidence(row, chance ?? 1 - confidence);
    return detections;
  }

  #moveTo(other: Behaviors, claim: BehaviorClaim): void {
    const { row } = claim;
    const otherRow = other.#rows.add();
    this.#rows.copyTo(other.#rows, row, otherRow);
    this.#baselines.moveTo(other.#baselines, row, otherRow);
    this.#detectors.moveTo(other.#detectors, row, otherRow);
    this.end(row);
    claim.home = other;
    claim.row = otherRow;
    other.#claims.set(otherRow, claim);
  }
}
