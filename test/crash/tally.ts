/** What came of all trials of one phase. */
export interface Tally {
  trials: number;
  /** Events acknowledged by the owners that were then killed, or whose disk failed. */
  acknowledged: number;
  lost: number;
  twice: number;
  hashesEqual: number;
  hashesDiffer: number;
  /** What clients and the operator's log were told. */
  readonly told: Set<string>;
}

export class Tallies {
  readonly #phases = new Map<string, Tally>();

  of(phase: string): Tally {
    const known = this.#phases.get(phase);
    if (known !== undefined) return known;
    const tally: Tally = {
      trials: 0,
      acknowledged: 0,
      lost: 0,
      twice: 0,
      hashesEqual: 0,
      hashesDiffer: 0,
      told: new Set(),
    };
    this.#phases.set(phase, tally);
    return tally;
  }

  get total(): Tally {
    const tallies = [...this.#phases.values()];
    const sum = (of: (tally: Tally) => number) => tallies.reduce((before, tally) => before + of(tally), 0);
    return {
      trials: sum(({ trials }) => trials),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      lost: sum(({ lost }) => lost),
      twice: sum(({ twice }) => twice),
      hashesEqual: sum(({ hashesEqual }) => hashesEqual),
      hashesDiffer: sum(({ hashesDiffer }) => hashesDiffer),
      told: new Set(tallies.flatMap(({ told }) => [...told])),
    };
  }

  get isGood(): boolean {
    const { lost, twice, hashesDiffer } = this.total;
    return lost + twice + hashesDiffer === 0;
  }

  text(): string {
    const rows = [...this.#phases, ['all', this.total] as const].map(([phase, tally]) =>
      [
        phase.padEnd(24),
        ...[tally.trials, tally.acknowledged, tally.lost, tally.twice].map((count) =>
          String(count).padStart(12),
        ),
        `${tally.hashesEqual} of ${tally.hashesEqual + tally.hashesDiffer}`.padStart(14),
      ].join(''),
    );
    const heads = ['trials', 'acknowledged', 'lost', 'twice'].map((head) => head.padStart(12)).join('');
    const head = `${'phase'.padEnd(24)}${heads}${'hash equal'.padStart(14)}`;
    const told = [...this.#phases].flatMap(([phase, tally]) =>
      [...tally.told].sort().map((words) => `${phase}: ${words}`),
    );
    return [head, ...rows, ...(told.length === 0 ? [] : ['', 'told:', ...told])].join('\n');
  }
}
