import type { EpochMs } from '../model/index.ts';
import type { Micros } from './calendar.ts';

/** Lines that one sensor wrote into one log within one hour. */
export interface LogChunk {
  readonly source: 'zeek' | 'suricata';
  readonly sensor: string;
  readonly file: LogFile;
  /** Every line's time (a flow's end) is in `from` ≤ t < `until`. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** In order of time. */
  readonly lines: readonly string[];
}

/** Within an hour: first what says who and what something is, then the connections, then the gateway. */
const LOG_FILES = [
  'dhcp.log',
  'dns.log',
  'x509.log',
  'ssl.log',
  'http.log',
  'kerberos.log',
  'ntlm.log',
  'ssh.log',
  'software.log',
  'known_services.log',
  'conn.log',
  'eve.json',
] as const;
export type LogFile = (typeof LOG_FILES)[number];

const ZEEK_SENSOR = 'zeek-core';
const SURICATA_SENSOR = 'gateway';

interface Entry {
  readonly at: Micros;
  readonly line: string;
}

/** What the sensors have written but not yet rotated: a flow is logged when it ends. */
export class Logbook {
  readonly #pending = new Map<LogFile, Entry[]>(LOG_FILES.map((file) => [file, []]));

  write(file: LogFile, at: Micros, line: string): void {
    this.#pending.get(file)?.push({ at, line });
  }

  /** Rotates: gives all that happened before `until` and keeps what is still running. */
  *rotate(from: Micros, until: Micros): Generator<LogChunk> {
    for (const [file, entries] of this.#pending) {
      const done = entries.filter(({ at }) => at < until).sort((a, b) => a.at - b.at);
      if (done.length === 0) continue;
      this.#pending.set(
        file,
        entries.filter(({ at }) => at >= until),
      );
      const gateway = file === 'eve.json';
      yield {
        source: gateway ? 'suricata' : 'zeek',
        sensor: gateway ? SURICATA_SENSOR : ZEEK_SENSOR,
        file,
        from: Math.floor(from / 1_000),
        until: Math.ceil(until / 1_000),
        lines: done.map(({ line }) => line),
      };
    }
  }
}
