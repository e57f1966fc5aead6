import { type EntityId, type FingerprintOfName, LIMITS, type Policy } from '../model/index.ts';
import { compileSelector, type DestinationTest, type PolicyDestination } from './destination.ts';
import { comparePrecedence } from './precedence.ts';

/** Who a connection belongs to, as rules see it. */
export interface PolicySubject {
  readonly id: EntityId;
  readonly kind: string | null;
  readonly tags: readonly string[];
  readonly site: string;
}

export interface Decision {
  /** The rule that decides; `null`: none speaks against or for it. */
  readonly policy: Policy | null;
  /** Some rule speaks about the connection, if only to leave it alone. */
  readonly covered: boolean;
}

interface Rule {
  readonly policy: Policy;
  readonly matches: DestinationTest;
  readonly excepts: DestinationTest;
}

/** The rules that apply to subjects of one class, the deciding first. */
interface ClassRules {
  readonly rules: readonly Rule[];
  readonly onlyWatched: number;
}

/** The policies in force, compiled. Policies come and go as a whole. */
export class PolicyDecider {
  /** All policies, the deciding first. */
  readonly policies: readonly Policy[];
  readonly #rules: readonly Rule[];
  /** Ids that some rule names: only those tell two subjects of a class apart. */
  readonly #namedIds: ReadonlySet<string>;
  /** A cache: pure results, so that emptying it changes nothing. */
  readonly #byClass = new Map<string, ClassRules>();
  /** The same for those without tags, who are many: by site, then by kind. */
  readonly #untagged = new Map<string, Map<string | null, ClassRules>>();
  #size = 0;

  constructor(policies: readonly Policy[], fingerprint: FingerprintOfName) {
    this.policies = [...policies].sort(comparePrecedence);
    this.#rules = this.policies.map((policy) => ruleOf(policy, fingerprint));
    this.#namedIds = new Set(policies.flatMap((policy) => policy.subject.ids ?? []));
  }

  decide(subject: PolicySubject, destination: PolicyDestination): Decision {
    let covered = false;
    for (const { policy, matches, excepts } of this.#rulesFor(subject).rules) {
      if (!matches(destination)) continue;
      if (!excepts(destination)) return { policy, covered: true };
      covered = true;
    }
    return { policy: null, covered };
  }

  /** The policies that apply to an entity, enforced and monitored, the deciding first. */
  applicable(subject: PolicySubject): readonly Policy[] {
    return this.#rulesFor(subject).rules.map((rule) => rule.policy);
  }

  /** Denying policies that apply to an entity, where all of them only watch; else 0. */
  onlyWatched(subject: PolicySubject): number {
    return this.#rulesFor(subject).onlyWatched;
  }

  /**
   * The rules that cover a destination as such: those for everyone, and those for some that name it by
   * network, domain or category. "Cameras may only …" forbids everything to cameras and yet says nothing
   * about one address of the internet. Rules for single ports leave the rest of the destination open.
   */
  covering(destination: PolicyDestination): readonly Policy[] {
    return this.#rules
      .filter(({ policy, matches, excepts }) => {
        if (policy.destination.ports !== undefined) return false;
        return (isForEveryone(policy) || names(policy)) && matches(destination) && !excepts(destination);
      })
      .map((rule) => rule.policy);
  }

  #rulesFor(subject: PolicySubject): ClassRules {
    const { id, kind, tags, site } = subject;
    if (tags.length > 0 || this.#namedIds.has(id)) return this.#rulesForClass(subject);
    const known = this.#untagged.get(site)?.get(kind);
    if (known !== undefined) return known;
    const rules = this.#made(subject);
    const ofSite = this.#untagged.get(site) ?? new Map<string | null, ClassRules>();
    this.#untagged.set(site, ofSite.set(kind, rules));
    return rules;
  }

  #rulesForClass(subject: PolicySubject): ClassRules {
    const key = this.#classOf(subject);
    const known = this.#byClass.get(key);
    if (known !== undefined) return known;
    const rules = this.#made(subject);
    this.#byClass.set(key, rules);
    return rules;
  }

  #made(subject: PolicySubject): ClassRules {
    if (this.#size >= LIMITS.subjectClasses) this.#forgetClasses();
    this.#size++;
    const rules = this.#rules.filter(({ policy }) => appliesTo(policy, subject));
    const denying = rules.filter(({ policy }) => policy.action === 'deny');
    const onlyWatch = denying.every(({ policy }) => policy.mode === 'monitor');
    return { rules, onlyWatched: onlyWatch ? denying.length : 0 };
  }

  #forgetClasses(): void {
    this.#byClass.clear();
    this.#untagged.clear();
    this.#size = 0;
  }

  #classOf({ id, kind, tags, site }: PolicySubject): string {
    return JSON.stringify([this.#namedIds.has(id) ? id : null, kind, tags, site]);
  }
}

/** Compiles validated policies (`readPolicies`). */
export function compilePolicies(policies: readonly Policy[], fingerprint: FingerprintOfName): PolicyDecider {
  return new PolicyDecider(policies, fingerprint);
}

export function isForEveryone({ subject }: Policy): boolean {
  return [subject.ids, subject.kinds, subject.tags, subject.sites].every((each) => each === undefined);
}

function ruleOf(policy: Policy, fingerprint: FingerprintOfName): Rule {
  const { except, ...selector } = policy.destination;
  return {
    policy,
    matches: compileSelector(selector, fingerprint),
    excepts: except === undefined ? () => false : compileSelector(except, fingerprint),
  };
}

function names({ destination }: Policy): boolean {
  return [destination.networks, destination.domains, destination.categories].some(
    (each) => each !== undefined,
  );
}

/** Whether a policy is about somebody at all. */
export function appliesTo({ subject }: Policy, { id, kind, tags, site }: PolicySubject): boolean {
  return (
    (subject.ids === undefined || subject.ids.includes(id)) &&
    (subject.kinds === undefined || (kind !== null && subject.kinds.includes(kind))) &&
    (subject.tags === undefined || tags.some((tag) => subject.tags?.includes(tag))) &&
    (subject.sites === undefined || subject.sites.includes(site))
  );
}
