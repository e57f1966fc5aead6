import type { EpochMs, ExploitForecast } from '../model/index.ts';

/** Probabilities of some 300,000 CVEs in two columns, sorted: a tenth of what a Map takes. */
export class ForecastTable {
  readonly modelVersion: string;
  readonly scored: EpochMs;
  readonly #numbers: Float64Array;
  readonly #probabilities: Float32Array;

  constructor({ modelVersion, scored, cves, probabilities }: ExploitForecast) {
    this.modelVersion = modelVersion;
    this.scored = scored;
    const rows = cves.flatMap((cve, row) => {
      const number = numberOf(cve);
      return number === null ? [] : [{ number, probability: probabilities[row] ?? 0 }];
    });
    rows.sort((a, b) => a.number - b.number);
    this.#numbers = Float64Array.from(rows, ({ number }) => number);
    this.#probabilities = Float32Array.from(rows, ({ probability }) => probability);
  }

  get size(): number {
    return this.#numbers.length;
  }

  /** `null` where nothing is forecast, which is not "never". */
  of(cve: string): number | null {
    const wanted = numberOf(cve);
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

const SEQUENCES = 1e12;

/** Year and sequence as one number; the longest that are taken fit a double exactly. */
function numberOf(cve: string): number | null {
  const [, year, sequence] = /^CVE-(\d{4})-(\d{4,11})$/.exec(cve) ?? [];
  return year === undefined || sequence === undefined ? null : Number(year) * SEQUENCES + Number(sequence);
}

function cveOf(number: number): string {
  const year = Math.floor(number / SEQUENCES);
  return `CVE-${year}-${String(number - year * SEQUENCES).padStart(4, '0')}`;
}
