import type { Report } from '../../model/index.ts';
import { REPORTS_PATH } from '../protocol/doors.ts';
import { post } from '../protocol/posting.ts';

const MOST_ANSWER_BYTES = 1_024;

/**
 * Sends a report. One that was sent before without an answer may be refused because it was taken the first time: a
 * site that tries again after a PostError need not mind a refusal.
 * @returns whether it was taken
 * @throws PostError
 */
export async function sendReport(aggregator: URL, report: Report): Promise<boolean> {
  return (await post(aggregator, REPORTS_PATH, report.bytes, MOST_ANSWER_BYTES)) !== null;
}
