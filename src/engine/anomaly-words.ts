import {
  type Anomaly,
  type AnomalyWord,
  type AssignRecord,
  LIMITS,
  type VerdictRecord,
} from '../model/index.ts';

/** Who said something, when and why. */
export type Spoken = Pick<AnomalyWord, 'at' | 'saidAt' | 'actor' | 'reason'>;

/** An anomaly after an operator's verdict. */
export function judged(known: Anomaly, record: VerdictRecord, kind: string | null = null): Anomaly {
  const { at, status, verdict, remediated } = record;
  const isNewVerdict = verdict !== null && verdict !== known.verdict;
  return {
    ...(isNewVerdict ? learntFrom(known, kind) : known),
    status,
    verdict,
    remediated,
    closedAt: status === 'closed' ? at : null,
    updatedAt: at,
    words: withWord(known, { said: 'verdict', ...spoken(record), status, verdict, remediated }),
  };
}

/** What confidences are learnt from, to be taken back should the verdict change. */
function learntFrom(known: Anomaly, kind: string | null): Anomaly {
  const { judgedKind: _, ...other } = known;
  const judgedEstimate = known.estimate ?? known.confidence;
  return { ...other, judgedEstimate, ...(kind === null ? {} : { judgedKind: kind }) };
}

/** … after somebody was asked to look after it. That is no news of it: its time stands. */
export function assigned(known: Anomaly, record: AssignRecord): Anomaly {
  const { to } = record;
  const { assignee: _, ...unassigned } = known;
  const words = withWord(known, { said: 'assign', ...spoken(record), to });
  return to === null ? { ...unassigned, words } : { ...unassigned, assignee: to, words };
}

/** … closed by a word that is about more than this one. */
export function expectedBy(known: Anomaly, said: 'suppress' | 'baseline_accept', word: Spoken): Anomaly {
  const { at } = word;
  const outcome = { status: 'closed', verdict: 'expected', remediated: false } as const;
  const words = withWord(known, { said, ...spoken(word), ...outcome });
  return { ...known, ...outcome, closedAt: at, updatedAt: at, words };
}

function spoken({ at, saidAt, actor, reason }: Spoken): Spoken {
  return { at, ...(saidAt === undefined ? {} : { saidAt }), actor, reason };
}

function withWord({ words = [] }: Anomaly, word: AnomalyWord): readonly AnomalyWord[] {
  return [...words, word].slice(-LIMITS.wordsPerAnomaly);
}
