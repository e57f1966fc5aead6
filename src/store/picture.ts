import {
  type Cause,
  type EpochMs,
  type Evidence,
  type Factor,
  type FactorName,
  type Millipoints,
  millipoints,
  RISK_LEVELS,
  type RiskLevel,
} from '../model/index.ts';
import type { FleetShare } from '../scoring/index.ts';
import type { PictureRow } from './tables.ts';
import { packNumbers, unpackNumbers } from './varints.ts';
import type { Words } from './words.ts';

const ENROLLED = 1;
const DEVICE = 2;
/** None of these three in what older releases wrote. */
const RULED = 4;
const DENIED = 8;
const CONFINABLE = 16;
const THOUSANDTHS = 1_000;

/** A factor as it counted in a published posture. */
export interface KeptFactor extends Omit<Factor, 'evidence'> {
  readonly milliPoints: number;
}

/** A published posture, as it stood from `at` on. */
export interface Picture {
  readonly number: number;
  readonly at: EpochMs;
  readonly cause: Cause;
  readonly scoreExact: Millipoints;
  readonly riskLevel: RiskLevel;
  readonly riskReason: string | null;
  /** Per mille. */
  readonly confidence: number;
  readonly weight: number;
  readonly type: string;
  readonly isEnrolled: boolean;
  readonly isDevice: boolean;
  /** Of whom policies speak, as `PostureSummary` has it; all false in what older releases wrote. */
  readonly isRuled: boolean;
  readonly isDenied: boolean;
  readonly isConfinable: boolean;
  /** By name. */
  readonly factors: readonly KeptFactor[];
}

export type FactorEvidence = ReadonlyMap<FactorName, readonly Evidence[]>;

/** `null` where the entity gave way to another identity. */
export function pictureOf(row: PictureRow, words: Words): Picture | null {
  if (row.score === null || row.type === null) return null;
  return {
    number: row.number,
    at: row.at,
    cause: causeOf(row, words),
    scoreExact: millipoints(row.score),
    riskLevel: RISK_LEVELS[row.level] ?? 'low',
    riskReason: words.textOrNull(row.reason),
    confidence: row.confidence,
    weight: row.weight,
    type: words.text(row.type),
    isEnrolled: (row.flags & ENROLLED) !== 0,
    isDevice: (row.flags & DEVICE) !== 0,
    isRuled: (row.flags & RULED) !== 0,
    isDenied: (row.flags & DENIED) !== 0,
    isConfinable: (row.flags & CONFINABLE) !== 0,
    factors: unpackFactors(row.factors, row.at, words),
  };
}

/** By what an entity came to be as a row says, or gave way. */
export function causeOf({ cause, actor }: PictureRow, words: Words): Cause {
  return { kind: words.text(cause) as Cause['kind'], actor: words.textOrNull(actor) };
}

/** What it adds to its fleet. */
export function shareOf({ weight, scoreExact, riskLevel, type, factors }: Picture): FleetShare {
  return { weight, scoreExact, level: riskLevel, type, factors };
}

type Flags = Pick<Picture, 'isEnrolled' | 'isDevice' | 'isRuled' | 'isDenied' | 'isConfinable'>;

export function flagsOf({ isEnrolled, isDevice, isRuled, isDenied, isConfinable }: Flags): number {
  return (
    (isEnrolled ? ENROLLED : 0) |
    (isDevice ? DEVICE : 0) |
    (isRuled ? RULED : 0) |
    (isDenied ? DENIED : 0) |
    (isConfinable ? CONFINABLE : 0)
  );
}

export function packFactors(factors: readonly KeptFactor[], at: EpochMs, words: Words): Uint8Array {
  return packNumbers(
    factors.flatMap(({ name, p, milliPoints, since }) => [
      words.number(name),
      Math.round(p * THOUSANDTHS),
      milliPoints,
      at - since,
    ]),
  );
}

function unpackFactors(bytes: Uint8Array, at: EpochMs, words: Words): KeptFactor[] {
  const numbers = unpackNumbers(bytes);
  const factors: KeptFactor[] = [];
  for (let i = 0; i < numbers.length; i += 4) {
    const [name = 0, p = 0, milliPoints = 0, age = 0] = numbers.slice(i, i + 4);
    factors.push({
      name: words.text(name) as FactorName,
      p: p / THOUSANDTHS,
      milliPoints,
      since: at - age,
    });
  }
  return factors;
}

type WrittenEvidence = readonly [
  summary: string,
  at: EpochMs,
  sensor: string | null,
  uid: string | null,
  communityId: string | null,
  count: number | null,
  subject: string | null,
];

/** Keys are left out: they would be half of all that is kept. */
export function packEvidence(evidence: FactorEvidence, words: Words): string {
  const written = [...evidence].map(([name, all]) => [
    words.number(name),
    ...all.map(
      ({ summary, at, sensor, uid, communityId, count, subject }): WrittenEvidence => [
        summary,
        at,
        sensor,
        uid,
        communityId,
        count,
        subject,
      ],
    ),
  ]);
  return written.length === 0 ? '' : JSON.stringify(written);
}

function unpackEvidence(text: string, words: Words): FactorEvidence {
  if (text === '') return new Map();
  const written = JSON.parse(text) as readonly (readonly [number, ...WrittenEvidence[]])[];
  return new Map(
    written.map(([name, ...all]) => [
      words.text(name) as FactorName,
      all.map(([summary, at, sensor, uid, communityId, count, subject]) => ({
        summary,
        at,
        sensor,
        uid,
        communityId,
        count,
        subject,
      })),
    ]),
  );
}

/** The evidence of each of the factors, from the newest row back to where all of it has been told. */
export function evidenceIn(
  rows: Iterable<PictureRow>,
  factors: readonly Pick<Factor, 'name'>[],
  words: Words,
): FactorEvidence {
  const found = new Map<FactorName, readonly Evidence[]>();
  const wanted = new Set(factors.map(({ name }) => name));
  for (const row of rows) {
    for (const [name, evidence] of unpackEvidence(row.evidence, words)) {
      if (wanted.delete(name)) found.set(name, evidence);
    }
    if (wanted.size === 0) break;
  }
  return found;
}
