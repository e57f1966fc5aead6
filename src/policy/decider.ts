import type { FingerprintOfName, Policy, PolicyId } from '../model/index.ts';
import { add, firstOf, has, isIn, type RuleSet, noRules } from './bits.ts';
import { DestinationTable, type PolicyDestination } from './destination-table.ts';
import { idsIn, isAmong, isAnybody, type PolicyParty } from './party.ts';
import { PartyTable } from './party-table.ts';
import { comparePrecedence } from './precedence.ts';
import { TimeTable } from './weekly-times.ts';

export interface Decision {
  /** The rule that decides; `null`: none speaks against or for it. */
  readonly policy: Policy | null;
  /** Some rule speaks about the connection, if only to leave it alone. */
  readonly covered: boolean;
}

/** The rules that apply to subjects of one class, the deciding first. */
interface ClassRules {
  readonly policies: readonly Policy[];
  readonly isDenied: boolean;
  readonly onlyWatched: number;
  readonly isConfined: boolean;
}

/** What rules are compiled to, the deciding first. */
interface Tables {
  readonly subjects: PartyTable;
  readonly matches: DestinationTable;
  /** `null`: no rule excepts anything. */
  readonly excepts: DestinationTable | null;
  /** Rules that except something. */
  readonly excepting: RuleSet;
  readonly times: TimeTable | null;
}

const NOT_COVERED: Decision = { policy: null, covered: false };
const LEFT_ALONE: Decision = { policy: null, covered: true };

/**
 * The policies in force, compiled to tables: who, whither, by which service and when are each looked up at once for all
 * rules, as a set of bits; the first bit that is in all of them decides. Policies come and go as a whole.
 */
export class PolicyDecider {
  /** All policies, the deciding first. */
  readonly policies: readonly Policy[];
  /** Some rule holds at times only: who decides needs to know the time. */
  readonly hasTimes: boolean;
  readonly #tables: Tables;
  readonly #decisions: readonly Decision[];
  readonly #subjects: PartyTable;
  readonly #matches: DestinationTable;
  /** `null`: no rule excepts anything. */
  readonly #excepts: DestinationTable | null;
  readonly #times: TimeTable | null;
  readonly #classes = new WeakMap<RuleSet, ClassRules>();
  /** Rules that except something. */
  readonly #excepting: RuleSet;

  /** @param tables of these policies, in whatever mode they are */
  constructor(policies: readonly Policy[], tables: Tables) {
    this.policies = [...policies].sort(comparePrecedence);
    this.#decisions = this.policies.map((policy) => ({ policy, covered: true }));
    this.#tables = tables;
    this.#subjects = tables.subjects;
    this.#matches = tables.matches;
    this.#excepts = tables.excepts;
    this.#excepting = tables.excepting;
    this.#times = tables.times;
    this.hasTimes = tables.times !== null;
  }

  /** The same policies, some of them enforced. The mode is in no table, and in no order: nothing is compiled anew. */
  enforcing(ids: ReadonlySet<PolicyId>): PolicyDecider {
    const policies = this.policies.map((each) =>
      ids.has(each.id) ? { ...each, mode: 'enforce' as const } : each,
    );
    return new PolicyDecider(policies, this.#tables);
  }

  /** @param minute of the week by the site's clock; rules that hold at times only do not hold where it is not known */
  decide(subject: PolicyParty, destination: PolicyDestination, minute: number | null = null): Decision {
    const applying = this.#subjects.of(subject);
    const times = this.#times === null ? applying : this.#times.of(minute);
    this.#matches.lookUp(destination);
    // Few connections come to a rule that excepts anything: what it excepts is looked up then.
    let isExceptLookedUp = false;
    let isCovered = false;
    for (let word = 0; ; word++) {
      word = this.#matches.next(word, applying, times);
      if (word < 0) break;
      let deciding = this.#matches.met;
      if ((deciding & (this.#excepting[word] as number)) !== 0 && this.#excepts !== null) {
        if (!isExceptLookedUp) this.#excepts.lookUp(destination);
        isExceptLookedUp = true;
        deciding &= ~this.#excepts.at(word);
      }
      if (deciding !== 0) return this.#decisions[32 * word + firstOf(deciding)] as Decision;
      isCovered = true;
    }
    return isCovered ? LEFT_ALONE : NOT_COVERED;
  }

  /** The policies that apply to an entity, enforced and monitored, the deciding first. */
  applicable(subject: PolicyParty): readonly Policy[] {
    return this.#classOf(subject).policies;
  }

  /** Whether some denying policy applies to an entity, in whatever mode. */
  isDenied(subject: PolicyParty): boolean {
    return this.#classOf(subject).isDenied;
  }

  /** Denying policies that apply to an entity, where all of them only watch; else 0. */
  onlyWatched(subject: PolicyParty): number {
    return this.#classOf(subject).onlyWatched;
  }

  /** Whether an enforced rule, not for everybody, denies an entity whatever is left: it is held to what others allow. */
  isConfined(subject: PolicyParty): boolean {
    return this.#classOf(subject).isConfined;
  }

  /**
   * The rules that cover a destination as such: those for everyone, and those for some that name it by
   * network, domain or category. "Cameras may only …" forbids everything to cameras and yet says nothing
   * about one address of the internet. Rules for single services or hours leave the rest of the destination open.
   */
  covering(destination: PolicyDestination): readonly Policy[] {
    this.#matches.lookUp(destination);
    this.#excepts?.lookUp(destination);
    return this.policies.filter((policy, rule) => {
      const word = rule >>> 5;
      if (!isIn(this.#matches.at(word), rule) || isIn(this.#excepts?.at(word) ?? 0, rule)) return false;
      return !isPartial(policy) && (isAnybody(policy.subject) || isNaming(policy));
    });
  }

  #classOf(subject: PolicyParty): ClassRules {
    const applying = this.#subjects.of(subject);
    const known = this.#classes.get(applying);
    if (known !== undefined) return known;
    const policies = this.policies.filter((_, rule) => has(applying, rule));
    const denying = policies.filter(({ action }) => action === 'deny');
    const onlyWatch = denying.every(({ mode }) => mode === 'monitor');
    const isConfined = denying.some((policy) => policy.mode === 'enforce' && isConfining(policy));
    const isDenied = denying.length > 0;
    const rules = { policies, isDenied, onlyWatched: onlyWatch ? denying.length : 0, isConfined };
    this.#classes.set(applying, rules);
    return rules;
  }
}

/** Compiles validated policies (`readPolicies`). */
export function compilePolicies(policies: readonly Policy[], fingerprint: FingerprintOfName): PolicyDecider {
  return new PolicyDecider(policies, tablesOf([...policies].sort(comparePrecedence), fingerprint));
}

function tablesOf(policies: readonly Policy[], fingerprint: FingerprintOfName): Tables {
  const subjects = new PartyTable(
    policies.map(
      ({ subject }) =>
        (party) =>
          isAmong(subject, party),
    ),
    policies.flatMap(({ subject }) => idsIn(subject)),
  );
  const matches = new DestinationTable(
    policies.map(({ destination }) => destination),
    fingerprint,
  );
  const selectors = policies.map(({ destination }) => destination.except ?? null);
  const excepting: RuleSet = noRules(policies.length);
  for (const [rule, except] of selectors.entries()) if (except !== null) add(excepting, rule);
  const excepts = selectors.some((each) => each !== null)
    ? new DestinationTable(selectors, fingerprint)
    : null;
  const hasTimes = policies.some(({ times }) => times !== undefined);
  return {
    subjects,
    matches,
    excepts,
    excepting,
    times: hasTimes ? new TimeTable(policies.map(({ times }) => times)) : null,
  };
}

/** Whether a policy is about somebody at all. */
export function appliesTo({ subject }: Policy, party: PolicyParty): boolean {
  return isAmong(subject, party);
}

/** A denial of all places at all times, but for what it excepts. */
export function isConfining(policy: Policy): boolean {
  if (policy.action !== 'deny') return false;
  const named = Object.entries(policy.destination).filter(
    ([key, value]) => key !== 'except' && value !== undefined,
  );
  return named.length === 0 && !isPartial(policy) && !isAnybody(policy.subject);
}

function isPartial({ destination, times }: Policy): boolean {
  return destination.ports !== undefined || destination.services !== undefined || times !== undefined;
}

function isNaming({ destination }: Policy): boolean {
  return [destination.networks, destination.domains, destination.categories].some(
    (each) => each !== undefined,
  );
}
