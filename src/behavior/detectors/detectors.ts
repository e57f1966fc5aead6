import type { PackedTexts, Table } from '../../columns/index.ts';
import type {
  AnomalyType,
  Detection,
  EpochMs,
  StateReader,
  Stateful,
  StateWriter,
} from '../../model/index.ts';
import type { Encounter } from '../encounter.ts';
import type { Inquiry } from '../inquiry.ts';
import type { SignIn } from '../sign-ins/sign-in.ts';
import { Beaconing } from './beaconing.ts';
import { BruteForce } from './brute-force.ts';
import { DataExfiltration } from './data-exfiltration.ts';
import type { ContactDetector, Memory, QuestionDetector, SignInDetector } from './detector.ts';
import { DgaDomains } from './dga-domains.ts';
import { DnsTunnel } from './dns-tunnel.ts';
import { LateralMovement } from './lateral-movement.ts';
import { NewService } from './new-service.ts';
import { PolicyEvasion } from './policy-evasion.ts';
import { PortScan } from './port-scan.ts';

const NOTHING: readonly Detection[] = [];
/** The part of the state in which a detector remembers what it told of a type. */
const NAME_OF: Readonly<Partial<Record<AnomalyType, string>>> = {
  lateral_movement_attempt: 'lateral_movement',
  port_scan: 'port_scan',
  beaconing: 'beaconing',
  data_exfiltration: 'data_exfiltration',
  new_service: 'new_service',
  policy_evasion: 'policy_evasion',
  dns_tunnel: 'dns_tunnel',
  dga_domains: 'dga_domains',
  brute_force: 'brute_force',
};

/** All detectors, each under the name of its part of the state. */
export class Detectors implements Stateful {
  readonly #ofContacts: readonly ContactDetector[];
  readonly #ofCalls: ContactDetector;
  readonly #ofQuestions: readonly QuestionDetector[];
  readonly #ofSignIns: readonly SignInDetector[];
  readonly #all: ReadonlyMap<string, Memory<unknown>>;

  /** @param rows each an entity; a detector adds its columns, under names of its own */
  constructor(rows: Table, texts: PackedTexts) {
    // In the order in which their columns stand in a state.
    const [movement, scan] = [new LateralMovement(rows, texts), new PortScan(rows, texts)];
    const beaconing = new Beaconing(rows, texts);
    const ofContacts = new Map<string, ContactDetector>([
      ['lateral_movement', movement],
      ['port_scan', scan],
      ['beaconing', beaconing],
      ['data_exfiltration', new DataExfiltration(rows, texts)],
      ['new_service', new NewService(rows)],
      ['policy_evasion', new PolicyEvasion(rows, texts)],
    ]);
    const ofQuestions = new Map<string, QuestionDetector>([
      ['dns_tunnel', new DnsTunnel(rows)],
      ['dga_domains', new DgaDomains(rows)],
    ]);
    this.#ofContacts = [...ofContacts.values()];
    this.#ofCalls = beaconing;
    this.#ofQuestions = [...ofQuestions.values()];
    const ofSignIns = new Map<string, SignInDetector>([['brute_force', new BruteForce(rows, texts)]]);
    this.#ofSignIns = [...ofSignIns.values()];
    this.#all = new Map<string, Memory<unknown>>([...ofContacts, ...ofQuestions, ...ofSignIns]);
  }

  meet(encounter: Encounter): readonly Detection[] {
    let found: Detection[] | null = null;
    for (const detector of this.#ofContacts) {
      if (!detector.concerns(encounter)) continue;
      const detection = detector.observe(encounter);
      if (detection !== null) (found ??= []).push(detection);
    }
    return found ?? NOTHING;
  }

  ask(inquiry: Inquiry): readonly Detection[] {
    let found: Detection[] | null = null;
    for (const detector of this.#ofQuestions) {
      if (!detector.concerns(inquiry)) continue;
      const detection = detector.observe(inquiry);
      if (detection !== null) (found ??= []).push(detection);
    }
    return found ?? NOTHING;
  }

  /** A further request within a connection: of those that look at contacts it concerns whoever looks for calls. */
  call(encounter: Encounter): readonly Detection[] {
    if (!this.#ofCalls.concerns(encounter)) return NOTHING;
    const detection = this.#ofCalls.observe(encounter);
    return detection === null ? NOTHING : [detection];
  }

  signIn(row: number, signIn: SignIn, ageMs: number): readonly Detection[] {
    let found: Detection[] | null = null;
    for (const detector of this.#ofSignIns) {
      const detection = detector.observe(row, signIn, ageMs);
      if (detection !== null) (found ??= []).push(detection);
    }
    return found ?? NOTHING;
  }

  forget(row: number, now: EpochMs): void {
    for (const each of this.#all.values()) each.forget(row, now);
  }

  end(row: number): void {
    for (const each of this.#all.values()) each.end(row);
  }

  /** What one told of a row was held back, and is no longer. Those of other types remember nothing of what they told. */
  askAgain(row: number, type: AnomalyType, name: string | null): void {
    const detector = NAME_OF[type];
    if (detector !== undefined) this.#all.get(detector)?.askAgain(row, name);
  }

  moveTo(other: Detectors, row: number, otherRow: number): void {
    for (const [name, each] of this.#all) each.moveTo(other.#all.get(name), row, otherRow);
  }

  save(to: StateWriter): void {
    for (const [name, each] of this.#all) each.save(to.part(name));
  }

  /** What an older release did not look for begins with nothing. */
  load(from: StateReader): void {
    for (const [name, each] of this.#all) if (from.has(name)) each.load(from.part(name));
  }
}
