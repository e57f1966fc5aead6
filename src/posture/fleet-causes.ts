import {
  type Detail,
  type EntityId,
  type EpochMs,
  FACTOR_NAMES,
  type FactorName,
  iso,
} from '../model/index.ts';
import type { Term } from './comparison-terms.ts';
import { evidenceAnswer } from './factor-answers.ts';
import type { FleetTerms } from './fleet-comparison.ts';
import type { Mover } from './movers.ts';
import type { Turn } from './turns.ts';
import type { CausedMove, PostureViews } from './views.ts';

const ENTITIES: Readonly<Record<Detail, number>> = { concise: 1, standard: 2, full: 5 };
const EVIDENCE: Readonly<Record<Detail, number>> = { concise: 0, standard: 1, full: 3 };

/** Between which instants, and how much is told. */
interface Asked {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly detail: Detail;
}

/** What each of some published between the two instants. */
type MovesOf = (id: EntityId) => Promise<readonly CausedMove[]>;

/** Terms with what they came by: the commonest cause among those who moved it most, whose that was, and the evidence of some. */
export async function withCauses(
  terms: readonly Term[],
  moversOf: FleetTerms['moversOf'],
  views: PostureViews,
  { from, until, detail }: Asked,
  turn: Turn,
): Promise<Term[]> {
  const read = new Map<EntityId, readonly CausedMove[]>();
  const movesOf: MovesOf = async (id) => {
    const moves = read.get(id) ?? (await views.changes(id, from, until));
    read.set(id, moves);
    await turn();
    return moves;
  };
  const told: Term[] = [];
  for (const term of terms) {
    const name = FACTOR_NAMES.find((each) => each === term.term);
    const movers = moversOf(term);
    const named = { ...term, entities: movers.slice(0, ENTITIES[detail]).map(({ is }) => is.id) };
    told.push(name === undefined ? named : await caused(named, name, movers, movesOf, detail));
  }
  return told;
}

async function caused(
  term: Term,
  name: FactorName,
  movers: readonly Mover[],
  movesOf: MovesOf,
  detail: Detail,
): Promise<Term> {
  const moves: CausedMove[] = [];
  for (const { is } of movers) {
    const move = (await movesOf(is.id)).findLast(({ factors }) => factors.includes(name));
    if (move !== undefined) moves.push(move);
  }
  return {
    ...term,
    cause: commonest(moves),
    evidence: movers.slice(0, EVIDENCE[detail]).flatMap((mover) => evidenceOf(mover, name)),
  };
}

/** Of several of one kind and by one person the latest; of kinds alike the one of who moved most. */
function commonest(moves: readonly CausedMove[]): Term['cause'] {
  const kinds = Map.groupBy(moves, ({ cause: { kind, actor } }) => JSON.stringify([kind, actor]));
  const [most] = [...kinds.values()].sort((a, b) => b.length - a.length);
  if (most === undefined) return null;
  const latest = most.reduce((a, b) => (b.at > a.at ? b : a));
  return { ...latest.cause, at: iso(latest.at) };
}

/** What there is to see of one at the end where the factor weighs more; whose it is, is said first. */
function evidenceOf({ was, is, isRising }: Mover, name: FactorName): Term['evidence'] {
  const [evidence] = (isRising ? is : was).factors().find((each) => each.name === name)?.evidence ?? [];
  if (evidence === undefined) return [];
  return [evidenceAnswer({ ...evidence, summary: `${is.id}: ${evidence.summary}` })];
}
