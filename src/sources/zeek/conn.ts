import type { Outcome, Protocol } from '../../model/index.ts';
import { identifier, macAddress, protocol } from '../wire-values.ts';
import { flow, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

export const ENDED_UNANSWERED = 'ended_unanswered';
/** In `history`: a SYN of whoever is taken to have opened it. */
const SYN = 'S';

/**
 * `conn_state` as base/protocols/conn defines it. In `SHR` and `RSTRH` the originator's packets were
 * never seen (half of the conversation missed, or backscatter of a forged one), so nothing can be said
 * of an attempt; `OTH` is traffic joined in midstream. `SH` and `RSTOS0` end what nobody answered: an attempt only
 * where one was seen.
 */
const MEANING_OF_STATE: ReadonlyMap<string, Outcome | typeof ENDED_UNANSWERED> = new Map([
  ['S1', 'established'],
  ['S2', 'established'],
  ['S3', 'established'],
  ['SF', 'established'],
  ['RSTO', 'established'],
  ['RSTR', 'established'],
  ['REJ', 'rejected'],
  ['S0', 'unanswered'],
  ['SH', ENDED_UNANSWERED],
  ['RSTOS0', ENDED_UNANSWERED],
] as const);

/** ICMP echo request, version 4 and 6 (RFC 792, RFC 4443 §4.1). */
const ECHO_REQUESTS: ReadonlySet<number> = new Set([8, 128]);

export const conn: Mapping = (record, { time, provenance }) => {
  const transport = protocol(record.text('proto'));
  const ends = flow(record, transport);
  if (ends === null) return null;
  const lasted = record.micros('duration');
  const durationMs = lasted === null || lasted < 0 ? null : Math.floor(lasted / 1_000);
  const start = record.micros('ts');
  const fromMac = macAddress(record.text('orig_l2_addr'));
  const toMac = macAddress(record.text('resp_l2_addr'));
  const bytesIn = record.count('resp_bytes');
  return {
    kind: 'connection',
    // A flow's time is its end; added before rounding.
    time: start === null || durationMs === null ? time : Math.floor((start + (lasted ?? 0)) / 1_000),
    provenance,
    ...ends,
    protocol: transport,
    service: identifier(record.text('service')),
    durationMs,
    bytesOut: record.count('orig_bytes'),
    bytesIn,
    outcome: outcome(record, transport, bytesIn),
    ...(fromMac === null ? {} : { fromMac }),
    ...(toMac === null ? {} : { toMac }),
  };
};

function outcome(record: ZeekRecord, transport: Protocol, bytesIn: number | null): Outcome {
  if (transport !== 'icmp') {
    const meaning = meaningOfState(record.text('conn_state'));
    return meaning === ENDED_UNANSWERED ? outcomeOfEnd(record.text('history')) : meaning;
  }
  // Every ICMP flow has the state OTH; of an echo the answer itself tells. Its type stands as the port.
  if (!isEchoRequest(record.count('id.orig_p') ?? -1)) return 'unknown';
  return (bytesIn ?? 0) > 0 || (record.count('resp_pkts') ?? 0) > 0 ? 'established' : 'unanswered';
}

export function meaningOfState(state: string | null): Outcome | typeof ENDED_UNANSWERED {
  return MEANING_OF_STATE.get(state ?? '') ?? 'unknown';
}

/**
 * What comes after Zeek took a connection to be over, it writes down as another one, of whoever spoke last: a server that
 * answers late would be one who tries its clients' ports.
 */
function outcomeOfEnd(history: string | null): Outcome {
  return history === null || history.includes(SYN) ? 'unanswered' : 'unknown';
}

export function isEchoRequest(type: number): boolean {
  return ECHO_REQUESTS.has(type);
}
