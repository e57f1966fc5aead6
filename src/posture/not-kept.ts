import type { EngineView } from '../engine/index.ts';
import { joined, type LeftOut } from './left-out.ts';

/** Evidence is told by the change that moved its factor (docs/adr/0007). */
const SINCE_MOVED = 'what evidence came to after its factor last moved';

/** What of each answer is not kept of the past: it is empty there, never a guess. */
const NOT_KEPT = {
  fleet: "data_age_ms and the sensors' last_event",
  device: `what the behavioral_baseline knew, addresses, ${SINCE_MOVED}, last_seen and data_age_ms`,
  user: `devices, sign_ins_24h (zeros here say nothing), ${SINCE_MOVED}, last_seen and data_age_ms`,
  workload: `components, vulnerabilities, ${SINCE_MOVED}, last_seen and data_age_ms`,
  anomalies: 'data_age_ms',
  threat:
    'seen_in_fleet, blocked_in_fleet and block_policy_id (0, false and null here say nothing), enforced_sites, how feeds were fetched, and listings of feeds that were replaced since',
  explanation: `${SINCE_MOVED}, next_change, offline_from and data_age_ms`,
  entities: 'last_seen, addresses and data_age_ms',
  compliance: 'data_age_ms',
  statistics: 'connections, bytes, destinations and data_age_ms',
} as const;

/** What an answer left out: what is too long, and of the past what is not kept. */
export function leftOut(
  { asOf }: EngineView,
  answer: keyof typeof NOT_KEPT,
  ...tooLong: readonly (LeftOut | null)[]
): { readonly truncated?: LeftOut } {
  const notKept =
    asOf === null
      ? null
      : { what: `not kept of the past: ${NOT_KEPT[answer]}`, how_to_get: 'ask without as_of' };
  const truncated = joined(...tooLong, notKept);
  return truncated === null ? {} : { truncated };
}
