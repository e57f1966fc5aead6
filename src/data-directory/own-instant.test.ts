import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory, live, OFFICE } from '../app/data-directory.fixture.ts';
import {
  INPUTS,
  iso,
  type PostureComparison,
  type PostureExplanation,
  type ToolAnswer,
  type ToolName,
} from '../model/index.ts';
import type { OwnedOperations } from '../operations/index.ts';
import type { FleetState } from './fleet-state.ts';

let data: DataDirectory;
let state: FleetState;
let operations: OwnedOperations;

beforeEach(async () => {
  data = await DataDirectory.make();
  await reopened();
  await live(state, 0, OFFICE.length);
});

afterEach(async () => {
  await state.close();
  await data.remove();
});

async function reopened(): Promise<void> {
  state = await data.open();
  operations = await data.operations(state);
}

async function ask<T extends ToolName>(tool: T, input: object): Promise<ToolAnswer<T>> {
  const outcome = await operations.reader.ask(tool, INPUTS[tool].parse(input) as never, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.answer;
}

const fleet = (asOf?: string): Promise<PostureExplanation> =>
  ask('explain_posture', asOf === undefined ? {} : { as_of: asOf });

/** What operators say while no sensor tells anything. */
const said = { actor: 'test', reason: 'test', dryRun: false };
const WORDS: readonly (() => Promise<unknown>)[] = [
  () => operations.enrol({ ...said, match: '10.0.0.1' }),
  () => operations.enrol({ ...said, match: '*' }),
  async () => {
    const [from = '', into = ''] = [...state.engine.directory.entities()].filter((id) =>
      id.startsWith('dev_'),
    );
    await operations.merge({ ...said, from, into });
  },
];

test('[HIST-15] a word has an instant of its own: the one before it is as it was answered', async () => {
  const given = [await fleet()];
  for (const word of WORDS) {
    await word();
    given.push(await fleet());
  }
  expect(new Set(given.map((each) => each.as_of)).size).toBe(given.length);
  expect(new Set(given.map((each) => each.score_exact)).size).toBeGreaterThan(2);
  const again = async (): Promise<void> => {
    for (const { as_of, score_exact, factors } of given) {
      const then = await fleet(as_of);
      expect(then).toMatchObject({ as_of, score_exact });
      expect(then.factors).toEqual(factors);
    }
  };
  await again();
  const [first, last] = [given[0], given.at(-1)];
  const compared: PostureComparison = await ask('compare_posture', { from: first?.as_of });
  expect(compared.before.score_exact).toBe(first?.score_exact);
  expect(compared.after.score_exact).toBe(last?.score_exact);
  const hash = state.stateHash();
  await state.close();
  await reopened();
  expect(state.stateHash()).toBe(hash);
  await again();
});

test('[HIST-15] words that are said at once have one each', async () => {
  const before = state.engine.now;
  await Promise.all(WORDS.slice(0, 2).map((word) => word()));
  expect(iso(state.engine.now)).toBe(iso(before + 2));
});

test('[HIST-15] where nothing has told the time yet, a word does not begin it', async () => {
  await state.close();
  await data.remove();
  data = await DataDirectory.make();
  await reopened();
  await live(state, 0, 1);
  expect(state.engine.time.now).toBeNull();
  expect(state.journal.length).toBe(1);
});
