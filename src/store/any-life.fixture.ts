import fc from 'fast-check';
import {
  type Anomaly,
  type EntityId,
  type EpochMs,
  FACTOR_NAMES,
  type FactorMove,
  HOUR_MS,
  type PostureChange,
  type PostureSummary,
  RISK_LEVELS,
} from '../model/index.ts';
import { assess, DEFAULT_PROFILE } from '../scoring/index.ts';
import type { Entry } from './history.ts';

export const START: EpochMs = Date.UTC(2026, 2, 2);
export const ENTITIES = ['dev_a', 'dev_b', 'usr_c', 'wkl_d'] as const satisfies readonly EntityId[];
type Id = (typeof ENTITIES)[number];

/** One thing that happens to an entity. */
export interface Step {
  readonly gap: number;
  readonly id: Id;
  readonly what: 'posture' | 'gone' | 'anomaly' | 'closed' | 'facts';
  readonly factors: readonly { readonly name: FactorMove['name']; readonly p: number }[];
  readonly level: PostureSummary['riskLevel'];
  readonly weight: number;
  readonly isEnrolled: boolean;
  readonly said: number;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 1, 60_000, HOUR_MS),
    id: fc.constantFrom(...ENTITIES),
    what: fc.constantFrom('posture', 'posture', 'posture', 'gone', 'anomaly', 'closed', 'facts'),
    factors: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...FACTOR_NAMES.slice(0, 6)),
        p: fc.integer({ min: 1, max: 990 }).map((thousandths) => thousandths / 1_000),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    ),
    level: fc.constantFrom(...RISK_LEVELS),
    weight: fc.nat({ max: 4 }),
    isEnrolled: fc.boolean(),
    said: fc.nat({ max: 9 }),
  }),
  { minLength: 1, maxLength: 120 },
);

interface Known {
  readonly summary: PostureSummary;
  readonly factors: ReadonlyMap<FactorMove['name'], Pick<FactorMove, 'p' | 'since' | 'evidence'>>;
}

/** What somebody knows who remembers every state. */
export interface World {
  readonly at: EpochMs;
  readonly postures: ReadonlyMap<Id, Known>;
  readonly names: ReadonlyMap<Id, string | null>;
  readonly anomalies: ReadonlyMap<string, Anomaly>;
  readonly atRisk: ReadonlySet<Id>;
}

function anomalyOf({ id, said }: Step, at: EpochMs, status: Anomaly['status']): Anomaly {
  return {
    id: `ano_${id.slice(4)}`,
    incidentId: said > 5 ? `inc_${id.slice(4)}` : null,
    entity: id,
    site: 'hq' as Anomaly['site'],
    type: 'port_scan',
    severity: 'high',
    confidence: said / 10,
    status,
    verdict: null,
    remediated: false,
    detectedAt: at,
    updatedAt: at,
    closedAt: status === 'closed' ? at : null,
    description: 'It looked around',
    technique: 'T1046',
    expected: '0',
    observed: String(said),
    action: 'investigate',
    evidence: [],
  };
}

function summaryOf(step: Step): PostureSummary {
  const { scoreExact, dimensions, factors } = assess(step.factors, DEFAULT_PROFILE);
  return {
    scoreExact,
    dimensions,
    riskLevel: step.level,
    riskReason: step.level === 'low' ? null : 'port_scan',
    confidence: step.said * 100,
    weight: step.weight,
    type: step.id.slice(0, 3),
    isEnrolled: step.isEnrolled,
    isDevice: step.id.startsWith('dev_'),
    isRuled: !step.id.startsWith('usr_'),
    isDenied: step.said % 2 === 1,
    isConfinable: step.said % 3 === 1,
    shares: factors.map(({ name, milliPoints }) => ({ name, milliPoints })),
  };
}

function moves(step: Step, at: EpochMs, before: Known | undefined): FactorMove[] {
  const stated = [
    {
      summary: `said ${step.said}`,
      at,
      sensor: 'zeek',
      uid: null,
      communityId: null,
      count: step.said,
      subject: null,
    },
  ];
  const is = new Map(step.factors.map(({ name, p }) => [name, p]));
  const names = new Set([...is.keys(), ...(before?.factors.keys() ?? [])]);
  return [...names].sort().flatMap((name): FactorMove[] => {
    const [was, p] = [before?.factors.get(name), is.get(name) ?? 0];
    if (was?.p === p) return [];
    return [{ name, before: was?.p ?? 0, p, since: was?.since ?? at, evidence: p === 0 ? [] : stated }];
  });
}

/** The entries of a life, and the world after each of them. */
export function live(life: readonly Step[]): { entries: Entry[]; worlds: World[] } {
  const entries: Entry[] = [];
  const worlds: World[] = [];
  let world: World = {
    at: START,
    postures: new Map(),
    names: new Map(),
    anomalies: new Map(),
    atRisk: new Set(),
  };
  for (const step of life) {
    const at = world.at + step.gap;
    const before = world.postures.get(step.id);
    const cause = { kind: 'events', actor: step.said > 4 ? 'ops' : null } as const;
    if (step.what === 'anomaly' || step.what === 'closed') {
      const anomaly = anomalyOf(step, at, step.what === 'closed' ? 'closed' : 'open');
      entries.push({ kind: 'anomaly', change: { at, cause, anomaly } });
      world = { ...world, at, anomalies: new Map(world.anomalies).set(anomaly.id, anomaly) };
    } else if (step.what === 'facts') {
      const name = `name ${step.said}`;
      entries.push({ kind: 'facts', at, facts: factsOf(step.id, name) });
      world = { ...world, at, names: new Map(world.names).set(step.id, name) };
    } else {
      const after = step.what === 'gone' ? null : summaryOf(step);
      // What is open of whom is forgotten ends before.
      const left =
        after === null ? [...world.anomalies.values()].filter(({ entity }) => entity === step.id) : [];
      for (const each of left) {
        const anomaly = { ...each, status: 'closed' as const, closedAt: at };
        entries.push({ kind: 'anomaly', change: { at, cause, anomaly } });
      }
      const factors = moves(after === null ? { ...step, factors: [] } : step, at, before);
      const change: PostureChange = {
        entity: step.id,
        at,
        cause,
        before: before?.summary ?? null,
        after,
        factors,
        profile: DEFAULT_PROFILE.version,
      };
      entries.push({ kind: 'posture', change, into: null });
      const postures = new Map(world.postures);
      if (after === null) postures.delete(step.id);
      else postures.set(step.id, known(after, before, factors));
      const isAtRisk = isListed(step, after);
      if (after !== null && isAtRisk !== world.atRisk.has(step.id)) {
        entries.push({ kind: 'at_risk', change: { entity: step.id, at, isAtRisk } });
      }
      const atRisk = new Set(world.atRisk);
      if (isAtRisk) atRisk.add(step.id);
      else atRisk.delete(step.id);
      const anomalies = new Map([...world.anomalies].filter(([, each]) => !left.includes(each)));
      world = { ...world, at, postures, atRisk, anomalies };
    }
    worlds.push(world);
  }
  return { entries, worlds };
}

/** A device at risk; some are strangers that have left. */
function isListed({ said }: Step, after: PostureSummary | null): boolean {
  return after !== null && after.isDevice && after.riskLevel !== 'low' && said !== 9;
}

function known(summary: PostureSummary, before: Known | undefined, changed: readonly FactorMove[]): Known {
  const factors = new Map(before?.factors);
  for (const { name, p, since, evidence } of changed) {
    if (p === 0) factors.delete(name);
    else factors.set(name, { p, since, evidence });
  }
  return { summary, factors };
}

export function factsOf(id: EntityId, name: string) {
  return {
    id,
    type: 'device',
    site: 'hq' as Anomaly['site'],
    kind: null,
    name,
    manufacturer: null,
    model: null,
    firmware: null,
    owner: null,
    criticality: 'normal',
    roles: [],
    tags: [],
    supportEnds: null,
    enrolment: { state: 'discovered' },
    firstSeen: null,
    alias: null,
    workloads: [],
    host: null,
    shared: 'no',
  } as const;
}

/** The last world of each instant: what was before it at the same instant cannot be asked about. */
export function instants(worlds: readonly World[]): World[] {
  return worlds.filter(({ at }, index) => worlds[index + 1]?.at !== at);
}

/** `dev_a` gets a posture that can be told by its confidence. */
export function posture(said: number): Step {
  const factors = [{ name: 'port_scan', p: (100 + said * 100) / 1_000 }] as const;
  return { gap: 0, id: 'dev_a', what: 'posture', factors, level: 'high', weight: 1, isEnrolled: true, said };
}
