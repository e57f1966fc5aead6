import type { EpochMs, FactorName, RiskLevel } from '../model/index.ts';
import type { Standing, StandingFactor } from './standing.ts';

/** What the next judgement goes on from: published steps, since when, and the band. */
export interface Remembered {
  /** 0 where the factor is not published. */
  published(row: number, name: FactorName): number;
  since(row: number, name: FactorName): EpochMs | null;
  /** `null` for a row that was never settled. */
  band(row: number): RiskLevel | null;
}

/** How an entity stood before another identity turned out to be it, and after. */
export interface Stood {
  readonly before: Steps | null;
  readonly placed: Steps | null;
}

interface Steps {
  readonly factors: readonly Pick<StandingFactor, 'name' | 'p' | 'since'>[];
  readonly bandLevel: RiskLevel;
}

export function stepsOf(standing: Standing | null): Steps | null {
  if (standing === null) return null;
  const { factors, bandLevel } = standing;
  return { factors: factors.map(({ name, p, since }) => ({ name, p, since })), bandLevel };
}

/**
 * What an entity goes on from when another identity parts from it. What the merge moved, and nothing has moved since, is
 * again as it was: hysteresis would hold on to a step that the other's evidence reached, or miss one that was the entity's own.
 */
export class PutBack implements Remembered {
  readonly #now: Remembered;
  readonly #stood: Stood;

  constructor(now: Remembered, stood: Stood) {
    this.#now = now;
    this.#stood = stood;
  }

  published(row: number, name: FactorName): number {
    return this.#isAsPlaced(row, name) ? published(this.#stood.before, name) : this.#now.published(row, name);
  }

  since(row: number, name: FactorName): EpochMs | null {
    return this.#isAsPlaced(row, name) ? sinceWhen(this.#stood.before, name) : this.#now.since(row, name);
  }

  band(row: number): RiskLevel | null {
    const { before, placed } = this.#stood;
    const now = this.#now.band(row);
    return now === (placed?.bandLevel ?? null) ? (before?.bandLevel ?? null) : now;
  }

  #isAsPlaced(row: number, name: FactorName): boolean {
    const { placed } = this.#stood;
    return (
      this.#now.published(row, name) === published(placed, name) &&
      this.#now.since(row, name) === sinceWhen(placed, name)
    );
  }
}

function published(steps: Steps | null, name: FactorName): number {
  return steps?.factors.find((each) => each.name === name)?.p ?? 0;
}

function sinceWhen(steps: Steps | null, name: FactorName): EpochMs | null {
  return steps?.factors.find((each) => each.name === name)?.since ?? null;
}
