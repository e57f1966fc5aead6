import {
  type Anomaly,
  type AnomalyWord,
  type AssignRecord,
  LIMITS,
  type VerdictRecord,
} from '../model/index.ts';

/** An anomaly after an operator's verdict. */
export function judged(known: Anomaly, record: VerdictRecord): Anomaly {
  const { at, actor, reason, status, verdict, remediated } = record;
  const isNewVerdict = verdict !== null && verdict !== known.verdict;
  return {
    ...known,
    status,
    verdict,
    ...(isNewVerdict ? { judgedEstimate: known.estimate ?? known.confidence } : {}),
    remediated,
    closedAt: status === 'closed' ? at : null,
    updatedAt: at,
    words: withWord(known, { said: 'verdict', at, actor, reason, status, verdict, remediated }),
  };
}

/** … after somebody was asked to look after it. That is no news of it: its time stands. */
export function assigned(known: Anomaly, { at, actor, reason, to }: AssignRecord): Anomaly {
  const { assignee: _, ...unassigned } = known;
  const words = withWord(known, { said: 'assign', at, actor, reason, to });
  return to === null ? { ...unassigned, words } : { ...unassigned, assignee: to, words };
}

/** … closed by a word that is about more than this one. */
export function expectedBy(
  known: Anomaly,
  said: 'suppress' | 'baseline_accept',
  { at, actor, reason }: Pick<AnomalyWord, 'at' | 'actor' | 'reason'>,
): Anomaly {
  const outcome = { status: 'closed', verdict: 'expected', remediated: false } as const;
  const words = withWord(known, { said, at, actor, reason, ...outcome });
  return { ...known, ...outcome, closedAt: at, updatedAt: at, words };
}

function withWord({ words = [] }: Anomaly, word: AnomalyWord): readonly AnomalyWord[] {
  return [...words, word].slice(-LIMITS.wordsPerAnomaly);
}
