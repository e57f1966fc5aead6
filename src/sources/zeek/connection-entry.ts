import { OUTCOMES, PROTOCOLS } from '../../model/index.ts';
import { type ConnectionRows, NOT_STATED } from '../connection-rows.ts';
import type { TimeGate } from '../reading-context.ts';
import { protocol } from '../wire-values.ts';
import { WordNumbers } from '../word-numbers.ts';
import { ENDED_UNANSWERED, isEchoRequest, meaningOfState } from './conn.ts';
import { enterIds } from './connection-ids.ts';
import * as fields from './connection-line.ts';
import type { ConnectionLine } from './connection-line.ts';

const MOST_PORT = 65_535;
/** As a byte. */
const SYN = 0x53;
/** Spellings of protocols and states that are remembered; Zeek has some twenty. */
const FEW = 64;
const ICMP = PROTOCOLS.indexOf('icmp');
const OTHER = PROTOCOLS.indexOf('other');
const ESTABLISHED = OUTCOMES.indexOf('established');
const UNANSWERED = OUTCOMES.indexOf('unanswered');
const UNKNOWN = OUTCOMES.indexOf('unknown');

/** Makes of what a line states a row: the same that the mapping of conn.log makes of it as an observation. */
export class ConnectionEntry {
  readonly #gate: TimeGate;
  readonly #protocols = new WordNumbers(protocol, FEW, PROTOCOLS);
  readonly #meanings = new WordNumbers(meaningOfState, FEW, [...OUTCOMES, ENDED_UNANSWERED]);

  constructor(gate: TimeGate) {
    this.#gate = gate;
  }

  /** Adds a row; `false` where the line does not state one that may enter, and nothing is added. */
  enter(line: ConnectionLine, rows: ConnectionRows): boolean {
    const row = rows.count;
    if (!enterEnds(line, rows, row) || !this.#enterTimes(line, rows, row)) return false;
    this.#enterConduct(line, rows, row);
    enterIds(line, rows, row);
    rows.count++;
    return true;
  }

  #enterTimes(line: ConnectionLine, rows: ConnectionRows, row: number): boolean {
    const began = line.number(fields.TIME);
    if (began < 0) return false;
    const lasted = line.number(fields.DURATION);
    // A flow's time is its end; added before rounding.
    const time = Math.floor((lasted < 0 ? began : began + lasted) / 1_000);
    if (!this.#gate.admits(time)) return false;
    const duration = lasted < 0 ? NOT_STATED : Math.floor(lasted / 1_000);
    rows.time[row] = time;
    rows.duration[row] = duration;
    rows.start[row] = lasted < 0 ? time : time - duration;
    return true;
  }

  #enterConduct(line: ConnectionLine, rows: ConnectionRows, row: number): void {
    const protocolNumber = numberOf(this.#protocols, line, fields.PROTOCOL);
    const transport = protocolNumber === 0 ? OTHER : protocolNumber - 1;
    rows.protocol[row] = transport;
    rows.outcome[row] = transport === ICMP ? icmpOutcome(line) : this.#outcome(line);
    // Zeek writes ICMP's type and code where other protocols have ports.
    if (transport === ICMP) {
      rows.fromPort[row] = 0;
      rows.toPort[row] = 0;
    }
    rows.service[row] = numberOf(rows.words.services, line, fields.SERVICE);
    rows.bytesOut[row] = line.number(fields.BYTES_OUT);
    rows.bytesIn[row] = line.number(fields.BYTES_IN);
  }

  #outcome(line: ConnectionLine): number {
    const number = numberOf(this.#meanings, line, fields.STATE);
    if (number > OUTCOMES.length) return outcomeOfEnd(line);
    return number === 0 ? UNKNOWN : number - 1;
  }
}

function enterEnds(line: ConnectionLine, rows: ConnectionRows, row: number): boolean {
  const { addresses, macs } = rows.words;
  const from = numberOf(addresses, line, fields.FROM);
  const to = numberOf(addresses, line, fields.TO);
  const fromPort = line.number(fields.FROM_PORT);
  const toPort = line.number(fields.TO_PORT);
  if (from === 0 || to === 0 || fromPort > MOST_PORT || toPort > MOST_PORT) return false;
  rows.from[row] = from;
  rows.to[row] = to;
  rows.fromPort[row] = Math.max(fromPort, 0);
  rows.toPort[row] = Math.max(toPort, 0);
  rows.fromLocal[row] = line.number(fields.FROM_LOCAL) + 1;
  rows.toLocal[row] = line.number(fields.TO_LOCAL) + 1;
  rows.fromMac[row] = numberOf(macs, line, fields.FROM_MAC);
  rows.toMac[row] = numberOf(macs, line, fields.TO_MAC);
  return true;
}

/** 0 where it is not stated, or no such word. */
function numberOf(words: WordNumbers, line: ConnectionLine, field: number): number {
  return line.states(field)
    ? words.numberOf(line, line.starts[field] as number, line.ends[field] as number)
    : 0;
}

/** As the mapping says it. */
function outcomeOfEnd(line: ConnectionLine): number {
  if (!line.states(fields.HISTORY)) return UNANSWERED;
  const syn = line.bytes.indexOf(SYN, line.starts[fields.HISTORY]);
  return syn >= 0 && syn < (line.ends[fields.HISTORY] as number) ? UNANSWERED : UNKNOWN;
}

function icmpOutcome(line: ConnectionLine): number {
  if (!isEchoRequest(line.number(fields.FROM_PORT))) return UNKNOWN;
  const isAnswered = line.number(fields.BYTES_IN) > 0 || line.number(fields.PACKETS_IN) > 0;
  return isAnswered ? ESTABLISHED : UNANSWERED;
}
