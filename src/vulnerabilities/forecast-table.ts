import { atOnce, type EpochMs, type ExploitForecast } from '../model/index.ts';

/** Probabilities of some 300,000 CVEs in two columns, sorted: a tenth of what a Map takes. */
export class ForecastTable {
  readonly modelVersion: string;
  readonly scored: EpochMs;
  readonly #numbers: Float64Array;
  readonly #probabilities: Float32Array;

  constructor(forecast: ExploitForecast) {
    this.modelVersion = forecast.modelVersion;
    this.scored = forecast.scored;
    const { numbers, probabilities } = prepared.get(forecast) ?? atOnce(columnsOf(forecast));
    this.#numbers = numbers;
    this.#probabilities = probabilities;
  }

  /** Makes, in small steps, what a table of this forecast will hold: the table itself is there at once then. */
  static *preparing(forecast: ExploitForecast): Generator<void, void> {
    prepared.set(forecast, yield* columnsOf(forecast));
  }

  get size(): number {
    return this.#numbers.length;
  }

  /** `null` where nothing is forecast, which is not "never". */
  of(cve: string): number | null {
    const wanted = placeOfCve(cve);
    if (wanted === null) return null;
    let [low, high] = [0, this.#numbers.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#numbers[middle] ?? 0;
      if (found === wanted) return Math.round((this.#probabilities[middle] ?? 0) * 1e5) / 1e5;
      if (found < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  /** As it was imported. */
  said(): ExploitForecast {
    return {
      modelVersion: this.modelVersion,
      scored: this.scored,
      cves: Array.from(this.#numbers, cveOf),
      probabilities: Array.from(this.#probabilities, (each) => Math.round(each * 1e5) / 1e5),
    };
  }
}

interface Columns {
  readonly numbers: Float64Array;
  readonly probabilities: Float32Array;
}

const prepared = new WeakMap<ExploitForecast, Columns>();
const ROWS_PER_STEP = 4_096;

function* columnsOf({ cves, probabilities: said }: ExploitForecast): Generator<void, Columns> {
  const numbers = new Float64Array(cves.length);
  const probabilities = new Float32Array(cves.length);
  let rows = 0;
  let isSorted = true;
  for (const [row, cve] of cves.entries()) {
    if (row % ROWS_PER_STEP === 0) yield;
    const number = placeOfCve(cve);
    if (number === null) continue;
    isSorted &&= rows === 0 || (numbers[rows - 1] as number) <= number;
    numbers[rows] = number;
    probabilities[rows++] = said[row] ?? 0;
  }
  const columns = { numbers: numbers.slice(0, rows), probabilities: probabilities.slice(0, rows) };
  return isSorted ? columns : sorted(columns);
}

/** Of a record that an older release wrote, which kept a file's own order. */
function sorted({ numbers, probabilities }: Columns): Columns {
  const order = Array.from(numbers, (_, row) => row);
  order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  return {
    numbers: Float64Array.from(order, (row) => numbers[row] as number),
    probabilities: Float32Array.from(order, (row) => probabilities[row] as number),
  };
}

const SEQUENCES = 1e12;

/** By year and sequence, as one number; the longest that are taken fit a double exactly. */
export function placeOfCve(cve: string): number | null {
  const [, year, sequence] = /^CVE-(\d{4})-(\d{4,11})$/.exec(cve) ?? [];
  return year === undefined || sequence === undefined ? null : Number(year) * SEQUENCES + Number(sequence);
}

function cveOf(number: number): string {
  const year = Math.floor(number / SEQUENCES);
  return `CVE-${year}-${String(number - year * SEQUENCES).padStart(4, '0')}`;
}
