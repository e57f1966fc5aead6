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
/** A detector's own estimate weighs as much as so many verdicts. */
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

/**
 * Makes a confidence a frequency: how often an anomaly of that type, told with such an estimate, was a true one, by
 * the verdicts of operators. The detector's estimate is the prior of each class; classes are kept in order by pooling
 * neighbours that are not (Ayer et al. 1955), so that a higher estimate never becomes a lower confidence.
 */
export class Calibration implements Stateful {
  readonly #judged = new Map<AnomalyType, Judged[]>();

  get isEmpty(): boolean {
    return this.#judged.size === 0;
  }

  /** @param estimate the detector's own, 0…1 */
  confidence(type: AnomalyType, estimate: number): number {
    const capped = Math.min(CAP, estimate);
    const blocks = this.#blocksOf(type);
    const place = blocks.findLastIndex(({ from }) => from <= classOf(estimate));
    const own = blocks[place];
    if (own !== undefined && own.verdicts > 0) return said(own);
    // Of a class without verdicts the estimate stands, between what is known of those around it.
    const below = blocks.slice(0, Math.max(0, place)).findLast(({ verdicts }) => verdicts > 0);
    const above = blocks.slice(place + 1).find(({ verdicts }) => verdicts > 0);
    const least = below === undefined ? 0 : said(below);
    return Math.max(least, above === undefined ? capped : Math.min(capped, said(above)));
  }

  /** A detection with the confidence that verdicts make of the detector's own. */
  applied(detection: Detection): Detection {
    if (this.#judged.size === 0) return detection;
    const { type, confidence: estimate } = detection;
    const confidence = this.confidence(type, estimate);
    if (this.basis(type, estimate) === 'verdicts') {
      return { ...detection, confidence, estimate, basis: 'verdicts' };
    }
    return confidence === estimate ? detection : { ...detection, confidence, estimate };
  }

  basis(type: AnomalyType, estimate: number): ConfidenceBasis {
    const place = classOf(estimate);
    const verdicts = this.#blocksOf(type).findLast(({ from }) => from <= place)?.verdicts ?? 0;
    return verdicts >= VERDICTS_TO_BE_KNOWN ? 'verdicts' : 'estimated';
  }

  /** An operator judged an anomaly. `expected` and `undetermined` say nothing of the detector. */
  learn(type: AnomalyType, estimate: number, verdict: Verdict | null, sign: 1 | -1 = 1): void {
    if (verdict !== 'true_positive' && verdict !== 'false_positive') return;
    let judged = this.#judged.get(type);
    if (judged === undefined) {
      judged = FLOORS.map(() => ({ true: 0, false: 0 }));
      this.#judged.set(type, judged);
    }
    const one = judged[classOf(estimate)] as Judged;
    if (verdict === 'true_positive') one.true = Math.max(0, one.true + sign);
    else one.false = Math.max(0, one.false + sign);
  }

  save(to: StateWriter): void {
    const known = ANOMALY_TYPES.filter((type) => this.#judged.has(type));
    to.records(
      'judged',
      known.map((type) => [type, this.#judged.get(type)]),
    );
  }

  load(from: StateReader): void {
    for (const [type, judged] of from.records('judged') as Iterable<[AnomalyType, Judged[]]>) {
      this.#judged.set(
        type,
        judged.map((each) => ({ ...each })),
      );
    }
  }

  /** The classes, neighbours out of order pooled; none where nothing was judged. */
  #blocksOf(type: AnomalyType): readonly Block[] {
    const judged = this.#judged.get(type);
    if (judged === undefined || judged.every((each) => each.true + each.false === 0)) return [];
    const blocks: Block[] = [];
    for (const [from, each] of judged.entries()) {
      const verdicts = each.true + each.false;
      const prior = ESTIMATE_WEIGHT * (MIDDLES[from] as number);
      let block = { from, true: each.true + prior, weight: verdicts + ESTIMATE_WEIGHT, verdicts };
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
