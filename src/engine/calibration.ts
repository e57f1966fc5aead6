import {
  ANOMALY_TYPES,
  type AnomalyType,
  type ConfidenceBasis,
  type Detection,
  type StateReader,
  type Stateful,
  type StateWriter,
  type Verdict,
} from '../model/index.ts';

/** Confidences are told apart in so many classes: 0–0.5, and tenths from there on. */
const FLOORS = [0, 0.5, 0.6, 0.7, 0.8, 0.9] as const;
const MIDDLES = [0.3, 0.55, 0.65, 0.75, 0.85, 0.95] as const;
/** A detector's own estimate weighs as much as so many verdicts; and so much what is known of all other kinds, where a kind has its own. */
const ESTIMATE_WEIGHT = 30;
/** To say 97 % within 2 % takes 280 verdicts (binomial, 95 %); until then no more than this is said. */
const CAP = 0.95;
const VERDICTS_TO_PASS_CAP = 280;
/** What rests on fewer verdicts than this is an estimate. */
const VERDICTS_TO_BE_KNOWN = 30;

/** What operators said of the anomalies of one type and class. */
interface Judged {
  true: number;
  false: number;
}

/** Of a type, and of a kind of device where the entity has one. */
export interface Told {
  readonly type: AnomalyType;
  readonly kind: string | null;
}

/**
 * Makes a confidence a frequency: how often an anomaly of that type, told with such an estimate, was a true one, by
 * the verdicts of operators. The detector's estimate is the prior of each class; classes are kept in order by pooling
 * neighbours that are not (Ayer et al. 1955), so that a higher estimate never becomes a lower confidence. Verdicts on a
 * kind of device speak for that kind first: those on all others are the prior of its classes, as the estimate is theirs.
 */
export class Calibration implements Stateful {
  /** Of all kinds together. */
  readonly #judged = new Map<AnomalyType, Judged[]>();
  readonly #ofKinds = new Map<string, Map<AnomalyType, Judged[]>>();

  get isEmpty(): boolean {
    return this.#judged.size === 0;
  }

  /** @param estimate before verdicts, 0…1 */
  confidence(told: Told, estimate: number): number {
    const capped = Math.min(CAP, estimate);
    const blocks = this.#blocksOf(told, estimate);
    const place = blocks.findLastIndex(({ from }) => from <= classOf(estimate));
    const own = blocks[place];
    if (own !== undefined && own.verdicts > 0) return said(own);
    // Of a class without verdicts the estimate stands, between what is known of those around it.
    const below = blocks.slice(0, Math.max(0, place)).findLast(({ verdicts }) => verdicts > 0);
    const above = blocks.slice(place + 1).find(({ verdicts }) => verdicts > 0);
    const least = below === undefined ? 0 : said(below);
    return Math.max(least, above === undefined ? capped : Math.min(capped, said(above)));
  }

  /** A detection with the confidence that verdicts make of the estimate. */
  applied(detection: Detection, kind: string | null): Detection {
    if (this.#judged.size === 0) return detection;
    const { confidence: estimate } = detection;
    const told = { type: detection.type, kind };
    const confidence = this.confidence(told, estimate);
    if (this.basis(told, estimate) === 'verdicts') {
      return { ...detection, confidence, estimate, basis: 'verdicts' };
    }
    return confidence === estimate ? detection : { ...detection, confidence, estimate };
  }

  basis(told: Told, estimate: number): ConfidenceBasis {
    const place = classOf(estimate);
    const verdicts = this.#blocksOf(told, estimate).findLast(({ from }) => from <= place)?.verdicts ?? 0;
    return verdicts >= VERDICTS_TO_BE_KNOWN ? 'verdicts' : 'estimated';
  }

  /** An operator judged an anomaly. `expected` and `undetermined` say nothing of the detector. */
  learn({ type, kind }: Told, estimate: number, verdict: Verdict | null, sign: 1 | -1 = 1): void {
    if (verdict !== 'true_positive' && verdict !== 'false_positive') return;
    const which = verdict === 'true_positive' ? 'true' : 'false';
    count(this.#judged, type, estimate, which, sign);
    if (kind === null) return;
    let ofKind = this.#ofKinds.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#ofKinds.set(kind, ofKind);
    }
    count(ofKind, type, estimate, which, sign);
  }

  save(to: StateWriter): void {
    to.records('judged', inOrder(this.#judged));
    if (this.#ofKinds.size === 0) return;
    const kinds = [...this.#ofKinds].sort(([a], [b]) => (a < b ? -1 : 1));
    to.records(
      'judged_of_kinds',
      kinds.map(([kind, judged]) => [kind, inOrder(judged)]),
    );
  }

  load(from: StateReader): void {
    take(this.#judged, from.records('judged') as Iterable<SaidJudged>);
    if (!from.has('judged_of_kinds')) return;
    const kinds = from.records('judged_of_kinds') as Iterable<[string, SaidJudged[]]>;
    for (const [kind, classes] of kinds) {
      const judged = new Map<AnomalyType, Judged[]>();
      take(judged, classes);
      this.#ofKinds.set(kind, judged);
    }
  }

  /** The classes, neighbours out of order pooled; none where nothing was judged. */
  #blocksOf({ type, kind }: Told, asked: number): readonly Block[] {
    const all = this.#judged.get(type);
    if (all === undefined || !isJudged(all)) return [];
    const own = kind === null ? undefined : this.#ofKinds.get(kind)?.get(type);
    if (own === undefined || !isJudged(own))
      return pooled(all.map((each, place) => byEstimate(each, place, asked)));
    const others = pooled(all.map((each, place) => byEstimate(less(each, own[place]), place, asked)));
    return pooled(own.map((each, place) => byOthers(each, place, others)));
  }
}

/** Neighbouring classes as one. */
interface Block {
  /** The lowest class of it. */
  readonly from: number;
  /** True ones, those of the prior among them. */
  readonly true: number;
  readonly weight: number;
  readonly verdicts: number;
}

/** @param asked the estimate that is asked about: in the lowest class, which is wide, it is less than the middle where its kind made it so */
function byEstimate(judged: Judged, from: number, asked: number): Block {
  const verdicts = judged.true + judged.false;
  const middle = MIDDLES[from] as number;
  const prior = ESTIMATE_WEIGHT * (from === 0 ? Math.min(asked, middle) : middle);
  return { from, true: judged.true + prior, weight: verdicts + ESTIMATE_WEIGHT, verdicts };
}

function byOthers(judged: Judged, from: number, others: readonly Block[]): Block {
  const verdicts = judged.true + judged.false;
  const theirs = others.findLast((each) => each.from <= from) as Block;
  return {
    from,
    true: judged.true + (ESTIMATE_WEIGHT * theirs.true) / theirs.weight,
    weight: verdicts + ESTIMATE_WEIGHT,
    // They weigh no more than the estimate does, however many they are.
    verdicts: verdicts + Math.min(ESTIMATE_WEIGHT, theirs.verdicts),
  };
}

function pooled(classes: readonly Block[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const each of classes) {
    let block = each;
    for (let last = blocks.at(-1); last !== undefined && isOutOfOrder(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = {
        from: last.from,
        true: last.true + block.true,
        weight: last.weight + block.weight,
        verdicts: last.verdicts + block.verdicts,
      };
    }
    blocks.push(block);
  }
  return blocks;
}

function said({ true: trueOnes, weight, verdicts }: Block): number {
  const most = verdicts >= VERDICTS_TO_PASS_CAP ? 0.99 : CAP;
  return Math.round(Math.min(most, Math.max(0.01, trueOnes / weight)) * 100) / 100;
}

function isOutOfOrder(a: Block, b: Block): boolean {
  return a.true * b.weight > b.true * a.weight;
}

function classOf(estimate: number): number {
  return FLOORS.findLastIndex((floor) => estimate >= floor);
}

type SaidJudged = readonly [AnomalyType, readonly Judged[]];

function inOrder(judged: ReadonlyMap<AnomalyType, readonly Judged[]>): readonly SaidJudged[] {
  return ANOMALY_TYPES.flatMap((type) => {
    const classes = judged.get(type);
    return classes === undefined ? [] : [[type, classes] as const];
  });
}

function take(judged: Map<AnomalyType, Judged[]>, from: Iterable<SaidJudged>): void {
  for (const [type, classes] of from) {
    judged.set(
      type,
      classes.map((each) => ({ ...each })),
    );
  }
}

function count(
  judged: Map<AnomalyType, Judged[]>,
  type: AnomalyType,
  estimate: number,
  which: keyof Judged,
  sign: 1 | -1,
): void {
  let classes = judged.get(type);
  if (classes === undefined) {
    classes = FLOORS.map(() => ({ true: 0, false: 0 }));
    judged.set(type, classes);
  }
  const one = classes[classOf(estimate)] as Judged;
  one[which] = Math.max(0, one[which] + sign);
}

function isJudged(classes: readonly Judged[]): boolean {
  return classes.some((each) => each.true + each.false > 0);
}

function less(all: Judged, own: Judged | undefined): Judged {
  return {
    true: Math.max(0, all.true - (own?.true ?? 0)),
    false: Math.max(0, all.false - (own?.false ?? 0)),
  };
}
