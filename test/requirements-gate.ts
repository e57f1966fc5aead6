import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite, Vitest } from 'vitest/node';

/** What became of a test: its titles from the outermost describe to its own, and why it was not run. */
export interface Outcome {
  readonly titles: readonly string[];
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly note: string | null;
}

interface Verdict {
  /** Cited by a test, promised nowhere. */
  readonly unknown: readonly string[];
  /** Promised, kept by no test that passed. */
  readonly unkept: readonly string[];
  readonly skipped: readonly Outcome[];
}

/** Ids open a title, one behind the other: `[PRIV-3] [PRIV-4] a name is sealed`. */
export function idsOf(title: string): string[] {
  const [opening = ''] = /^\s*(?:\[[A-Z]+(?:-[A-Z0-9]+)*-\d+\]\s*)+/.exec(title) ?? [];
  return [...opening.matchAll(/\[([^\]]+)\]/g)].map(([, id = '']) => id);
}

export function judge(promised: ReadonlySet<string>, outcomes: readonly Outcome[]): Verdict {
  const cited = new Set(outcomes.flatMap(({ titles }) => titles.flatMap(idsOf)));
  const passed = outcomes.filter(({ state }) => state === 'passed');
  const kept = new Set(passed.flatMap(({ titles }) => titles.flatMap(idsOf)));
  return {
    unknown: [...cited.difference(promised)],
    unkept: [...promised.difference(kept)],
    skipped: outcomes.filter(({ state }) => state === 'skipped'),
  };
}

/**
 * A promise is kept by a test that ran and passed, not by an id that stands somewhere: so what counts is the end of the run.
 * A run of some files or some titles alone cannot say what is unkept; it still says which ids are promised nowhere.
 */
export class RequirementsGate implements Reporter {
  readonly #promised: ReadonlySet<string>;
  #vitest: Vitest | null = null;

  constructor(requirements: Readonly<Record<string, string>>) {
    this.#promised = new Set(Object.keys(requirements));
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    _errors: unknown,
    reason: TestRunEndReason,
  ): Promise<void> {
    const outcomes = modules.flatMap((module) => [...module.children.allTests()].map(outcomeOf));
    const { unknown, unkept, skipped } = judge(this.#promised, outcomes);
    const faults = unknown.map((id) => `[${id}] is cited by a test and stands not in test/requirements.ts`);
    if (reason !== 'interrupted' && (await this.#isWhole(modules))) {
      for (const { titles, note } of skipped) {
        process.stdout.write(`skipped  ${titles.join(' > ')} (${note ?? 'no reason given'})\n`);
      }
      faults.push(...unkept.map((id) => `[${id}] is kept by no test that passed`));
    }
    if (faults.length === 0) return;
    process.stderr.write(`\nFAILED  requirements\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
    process.exitCode = 1;
  }

  async #isWhole(modules: readonly TestModule[]): Promise<boolean> {
    const vitest = this.#vitest;
    if (vitest === null || vitest.config.testNamePattern !== undefined) return false;
    const run = new Set(modules.map(({ moduleId }) => moduleId));
    return (await vitest.globTestSpecifications()).every(({ moduleId }) => run.has(moduleId));
  }
}

function outcomeOf(test: TestCase): Outcome {
  const result = test.result();
  // A test that is expected to fail keeps nothing.
  const state = test.options.fails === true && result.state === 'passed' ? 'skipped' : result.state;
  const note = result.state === 'skipped' ? (result.note ?? null) : null;
  return { titles: titlesOf(test), state, note };
}

function titlesOf(entity: TestCase | TestSuite): string[] {
  const above = entity.parent.type === 'suite' ? titlesOf(entity.parent) : [];
  return [...above, entity.name];
}
