import type { Anomaly, VerdictRecord } from '../../model/index.ts';
import { invalid, needed, neededReason, optionalReason } from '../../refusals/index.ts';
import type { VerdictArgs } from './operations.ts';

type Said = Pick<VerdictRecord, 'status' | 'verdict' | 'remediated' | 'reason'>;

/**
 * The life of an anomaly after an operator's word (contract §3): false or expected closes it; a true positive closes
 * nothing, and holds until it is remediated, and again once it is opened again; what else is re-opened is judged anew.
 */
export function verdictOn(known: Anomaly, asked: VerdictArgs): Said {
  const { status, verdict, remediated } = asked;
  if (status === null && verdict === null && remediated === null)
    throw needed(['verdict', 'status', 'remediated'], 'what is said of it');
  const said = verdict ?? (isReopened(known, asked) ? null : known.verdict);
  if (remediated === true && said !== 'true_positive')
    throw invalid('remediated', remediated, 'true together with the verdict true_positive only');
  if (said === 'true_positive') return confirmed(known, asked);
  const reason = optionalReason(asked.reason);
  if (said === 'false_positive' || said === 'expected') {
    if (status !== null && status !== 'closed')
      throw invalid('status', status, `closed, which the verdict ${said} brings`);
    return {
      status: 'closed',
      verdict: said,
      remediated: false,
      reason: neededReason(reason, `the verdict ${said}`),
    };
  }
  const stays = status ?? known.status;
  const why = stays === 'closed' ? neededReason(reason, 'closing it without a verdict') : reason;
  return { status: stays, verdict: said, remediated: false, reason: why };
}

/** It is closed as long as it is mended, and only then: what is worked on again holds again. */
function confirmed(known: Anomaly, { status, remediated, reason }: VerdictArgs): Said {
  if (remediated === true && status !== null && status !== 'closed')
    throw invalid('status', status, 'closed, which "remediated" brings');
  const isReopening = status !== null && status !== 'closed';
  const isMended = remediated ?? (isMendedAlready(known) && !isReopening);
  if (status === 'closed' && !isMended)
    throw invalid('status', status, 'closed for a true positive only once it is remediated');
  const stays = known.status === 'closed' ? 'open' : known.status;
  return {
    status: isMended ? 'closed' : (status ?? stays),
    verdict: 'true_positive',
    remediated: isMended,
    reason: optionalReason(reason),
  };
}

/** One that an earlier release kept open though it was mended was opened again since. */
function isMendedAlready({ status, verdict, remediated }: Anomaly): boolean {
  return status === 'closed' && verdict === 'true_positive' && remediated;
}

/** Its verdict was of the last time. */
function isReopened(known: Anomaly, { status, verdict, remediated }: VerdictArgs): boolean {
  const isSettled = known.verdict === 'false_positive' || known.verdict === 'expected';
  return verdict === null && remediated !== true && isSettled && status !== null && status !== 'closed';
}
