import type { PostureComparison } from '../model/index.ts';
import { inPoints } from './framing.ts';

export type Term = PostureComparison['terms'][number];

/** A term of which no more is known than what it did. */
export function plainTerm(term: string, milliPoints: number): Term {
  return {
    term,
    change: 'changed',
    points: inPoints(milliPoints),
    p_before: null,
    p_after: null,
    entities_before: 0,
    entities_after: 0,
    cause: null,
    evidence: [],
    entities: [],
  };
}
