import { type Contact, PeerGroups, siteClock } from '../behavior/index.ts';
import type { Directory } from '../entities/index.ts';
import type {
  AnomalyChange,
  AnomalyStatus,
  AtRiskChange,
  Authentication,
  EntityId,
  EntityProfile,
  EpochMs,
  Fingerprint,
  PostureChange,
  Sealed,
  StateReader,
  UserId,
  VulnerabilityReport,
} from '../model/index.ts';
import { compilePolicies } from '../policy/index.ts';
import { DEFAULT_PROFILE } from '../scoring/index.ts';
import { CertificatesSeen, Identities } from '../trust/index.ts';
import type { AnomalyIds } from './anomaly-life.ts';
import { Changes } from './changes.ts';
import { HQ, policy, sealed, signIn, START, vulnerability } from './engine-harness.fixture.ts';
import { contactOf, profileOf, provenanceOf, scanOf, type Step } from './partition-steps.fixture.ts';
import { Folded } from './folded.ts';
import type { Shared } from './grounds.ts';
import type { ContactMade } from './occurrence.ts';
import { HeldBack } from './held-back.ts';
import { Maintenance } from './maintenance.ts';
import { Partition } from './partition.ts';
import { Sensors } from './sensors.ts';
import { Calibration } from './calibration.ts';
import { Suppressions } from './suppressions.ts';
import { VulnerabilityBook } from '../vulnerabilities/index.ts';
import { Weaknesses } from './weaknesses.ts';

const IDS: AnomalyIds = {
  anomaly: (entity, type, at) => `ano_${entity.slice(4)}.${type}.${at}`,
  incident: (anomaly) => `inc_${anomaly.slice(4)}`,
};
const FORBIDDING = policy('pol_shares', { action: 'deny' });
const CLOCK = siteClock({
  id: HQ,
  networks: [],
  timeZone: 'UTC',
  workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
  shared: [],
});
/** A partition with a directory of its own, told what happens one by one. */
export class PartitionLife implements Shared {
  readonly told: (PostureChange | AnomalyChange | AtRiskChange)[] = [];
  readonly #profiles = new Map<EntityId, EntityProfile>(
    (['dev_camera', 'dev_files', 'dev_stray', 'dev_guest', 'usr_ann'] as const).map((id) => [
      id,
      profileOf(id),
    ]),
  );
  readonly #into = new Map<EntityId, EntityId>();
  readonly directory = {
    profile: (id: EntityId) => this.profile(id),
    seen: (id: EntityId, time: EpochMs) => this.#seen(id, time),
    devicesOf: () => [],
    membersOf: (id: EntityId) => [id],
  } as unknown as Directory;
  readonly certificates = new CertificatesSeen();
  readonly identities = new Identities((id) => id);
  readonly sensors = new Sensors();
  readonly decider = compilePolicies([], (name) => name as Fingerprint);
  readonly scoring = DEFAULT_PROFILE;
  readonly changes = new Changes();
  readonly calibration = new Calibration();
  readonly weaknesses = new Weaknesses(new VulnerabilityBook(), (id) => id);
  readonly suppressions = new Suppressions((id) => id);
  readonly maintenance = new Maintenance((id) => id);
  readonly heldBack = new HeldBack();
  readonly tap = null;
  readonly peers = new PeerGroups();
  isAnyEnrolled = true;
  #feeds = true;
  #now: EpochMs = START;
  partition: Partition;
  folded: Folded;

  constructor() {
    this.changes.listen({
      postureChanged: (change) => this.told.push(change),
      anomalyChanged: (change) => this.told.push(change),
      atRiskChanged: (change) => this.told.push(change),
    });
    this.partition = new Partition(IDS, this);
    this.folded = new Folded([this.partition.histories]);
  }

  get now(): EpochMs {
    return this.#now;
  }

  get time() {
    return { now: this.#now };
  }

  get connected() {
    return { feeds: this.#feeds, policies: true, inventory: true };
  }

  localHourOf() {
    return (time: EpochMs) => Math.floor(time / 3_600_000) % 24;
  }

  clockOf() {
    return CLOCK;
  }

  /** As the directory gives it: whoever was merged into it, was seen as it. */
  profile(id: EntityId): EntityProfile | null {
    const canonical = this.#canonical(id);
    const own = this.#profiles.get(canonical);
    if (own === undefined) return null;
    const seen = this.ids().flatMap((each) => {
      const lastSeen = this.#canonical(each) === canonical ? this.#profiles.get(each)?.lastSeen : null;
      return lastSeen === null || lastSeen === undefined ? [] : [lastSeen];
    });
    return { ...own, lastSeen: seen.length === 0 ? null : Math.max(...seen) };
  }

  /** Time passes, in one leap. */
  pass(passed: number): void {
    this.#now += passed;
    this.partition.passTime(this.#now);
    this.changes.tellAnomalies();
  }

  do(step: Step): void {
    this.#do(step);
    this.changes.tellAnomalies();
  }

  #do(step: Step): void {
    switch (step.kind) {
      case 'heard':
        return this.#hear(step.who);
      case 'signed_in':
        return this.#signIn(step.who, step.failed);
      case 'vulnerable':
        return this.#report(step.who, step.cve, step.resolved);
      case 'connected':
        return this.#connect(step.who, step.to, step.forbidden);
      case 'served':
        return this.#serve(step.who);
      case 'scanned':
        return this.#scan(step.who, step.confidence);
      case 'judged':
        return this.#judge(step.status);
      case 'enrolled':
        return this.#enrol(step.who);
      case 'configured':
        this.#feeds = step.feeds;
        return this.partition.settleAll(this.#now);
      case 'based':
        this.isAnyEnrolled = step.isAnyEnrolled;
        return this.partition.listStrangers();
      case 'merged':
        return this.#merge(step.who, step.into);
      case 'split':
        return this.#split(step.who);
    }
  }

  /** Goes on with what was written down. */
  goOn(partition: StateReader, folded: StateReader): void {
    this.partition = new Partition(IDS, this);
    this.partition.load(partition);
    this.folded = new Folded([this.partition.histories]);
    this.folded.load(folded);
  }

  answers() {
    const { partition } = this;
    const { enrolled, discovered, atRisk } = partition.sums;
    return {
      entities: [...this.#profiles.keys()].map((id) => ({
        id,
        standing: partition.standing(id),
        factors: partition.factors(id),
        anomalies: partition.anomalies.of(id),
        software: partition.history(id)?.software?.snapshot(),
        signIns: partition.history(id)?.signIns?.snapshot(),
        habits: partition.history(id)?.habits?.snapshot(),
      })),
      fleet: [enrolled.read(), discovered.read(), [...atRisk.worst(Infinity)], atRisk.size],
    };
  }

  ids(): readonly EntityId[] {
    return [...this.#profiles.keys()];
  }

  #hear(who: EntityId): void {
    const sensor = this.sensors.hear(provenanceOf(who), this.#now, true);
    const entity = this.#canonical(who);
    this.partition.take({ kind: 'heard', entity, time: this.#now, sensor }, this.#now, false);
  }

  /** Also at a device, as nobody does today: what a merge moves, a split gives back. */
  #signIn(who: EntityId, failed: boolean): void {
    const entity = this.#canonical(who) as UserId;
    const [event] = sealed([
      signIn(this.#now, '10.0.0.1', 'ann@acme.example', failed ? 'failure' : 'success'),
    ]);
    const seen = event as Authentication<Sealed>;
    this.partition.take(
      { kind: 'sign_in', entity, device: null, time: this.#now, event: seen, use: useOf(seen) },
      this.#now,
      false,
    );
  }

  #report(who: EntityId, cve: number, resolved: boolean): void {
    const facts = { cve: `CVE-2026-000${cve}`, exploited: cve === 0, cvss: 4 + cve, resolved };
    const [event] = sealed([vulnerability(this.#now, '10.0.0.1', facts)]);
    const found = {
      event: event as VulnerabilityReport<Sealed>,
      time: this.#now,
      entity: this.#canonical(who),
    };
    this.partition.take({ kind: 'vulnerability', ...found }, this.#now, false);
  }

  #serve(who: EntityId): void {
    this.#contact(who, { direction: 'inbound', peer: '10.0.0.9', port: 443 }, null);
  }

  #connect(who: EntityId, to: number, forbidden: boolean): void {
    const ruling = { policy: forbidden ? FORBIDDING : null, covered: to % 2 === 0 };
    this.#contact(who, { direction: 'outbound', peer: `10.0.1.${to}`, port: 445 }, ruling);
  }

  /** What somebody opened is learnt from. */
  #contact(
    who: EntityId,
    ends: Pick<Contact, 'direction' | 'peer' | 'port'>,
    ruling: ContactMade['ruling'],
  ): void {
    const contact = contactOf(who, ends, this.#now);
    const about = { entity: this.#canonical(who), time: this.#now, teaches: ruling !== null };
    const sensor = this.sensors.hear(provenanceOf(who), this.#now, true);
    this.partition.take({ kind: 'contact', sensor, ...about, contact, ruling }, this.#now, false);
  }

  #scan(who: EntityId, confidence: number): void {
    const entity = this.#canonical(who);
    const detection = scanOf(confidence, this.#now);
    if (this.partition.anomalies.detect(entity, HQ, detection, 'normal'))
      this.partition.settle(entity, this.#now);
  }

  #judge(status: AnomalyStatus): void {
    const [first] = this.partition.anomalies.all();
    if (first === undefined) return;
    const word = {
      at: this.#now,
      verdict: 'false_positive',
      remediated: false,
      actor: 'test',
      reason: null,
    } as const;
    this.partition.verdict({ kind: 'verdict', anomaly: first.id, status, ...word }, this.#now);
  }

  #enrol(who: EntityId): void {
    const profile = this.#profiles.get(this.#canonical(who));
    if (profile === undefined) return;
    const enrolment = { state: 'enrolled', at: this.#now, by: 'operator' } as const;
    this.#profiles.set(profile.id, { ...profile, enrolment });
    this.partition.settle(profile.id, this.#now);
  }

  #merge(who: EntityId, into: EntityId): void {
    const [from, survivor] = [this.#canonical(who), this.#canonical(into)];
    if (from === survivor) return;
    this.#into.set(from, survivor);
    const belongings = this.partition.release(from);
    if (belongings === null) return;
    this.folded.keep(from, this.partition.adopt(survivor, belongings));
    this.partition.settle(survivor, this.#now);
  }

  #split(from: EntityId): void {
    const into = this.#into.get(from);
    if (into === undefined) return;
    this.#into.delete(from);
    const canonical = this.#canonical(into);
    const adoption = this.folded.take(from);
    if (adoption !== null) this.partition.restore(from, this.partition.disown(canonical, adoption));
    this.partition.settle(from, this.#now);
    this.partition.settle(canonical, this.#now);
  }

  #canonical(id: EntityId): EntityId {
    const into = this.#into.get(id);
    return into === undefined ? id : this.#canonical(into);
  }

  #seen(id: EntityId, time: EpochMs): void {
    const profile = this.#profiles.get(this.#canonical(id));
    if (profile === undefined) return;
    const { firstSeen, lastSeen } = profile;
    const span = { firstSeen: Math.min(firstSeen ?? time, time), lastSeen: Math.max(lastSeen ?? time, time) };
    this.#profiles.set(profile.id, { ...profile, ...span });
  }
}

function useOf({ time, provenance, service, outcome, attempts, mfa }: Authentication<Sealed>) {
  const facts = { time, provenance, service, outcome, attempts, mfa, account: null, isProbe: false };
  const place = 'dev_camera';
  return {
    place,
    isService: false,
    signIn: { ...facts, direction: 'inbound', peer: place, display: place, internal: true },
  } as const;
}
