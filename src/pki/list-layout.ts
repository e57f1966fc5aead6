import { type Element, elementAt } from './der.ts';
import { PkiError } from './problems.ts';

/** The parts of a revocation list (RFC 5280 §5.1). */
interface ListLayout {
  /** What is signed. */
  readonly said: Buffer;
  /** The same without its entries: it is small however many there are. */
  readonly saidWithoutEntries: Buffer;
  readonly algorithm: Buffer;
  readonly signature: Buffer;
  /** Serial (lower-case hex, without leading zeros) → when. */
  readonly revoked: ReadonlyMap<string, number>;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;

/**
 * Takes a list apart by hand: read by a schema each entry is some ten objects and four hundredths of a millisecond, and
 * large authorities have hundreds of thousands. @throws PkiError
 */
export function listLayout(der: Buffer): ListLayout {
  const whole = element(der, 0, der.length, SEQUENCE);
  const said = element(der, whole.from, whole.to, SEQUENCE);
  const algorithm = element(der, said.to, whole.to, SEQUENCE);
  const signature = element(der, algorithm.to, whole.to, BIT_STRING);
  const entries = entriesOf(der, said);
  const kept =
    entries === null
      ? der.subarray(said.from, said.to)
      : Buffer.concat([der.subarray(said.from, entries.begin), der.subarray(entries.to, said.to)]);
  return {
    said: der.subarray(said.begin, said.to),
    saidWithoutEntries: sequence(kept),
    algorithm: der.subarray(algorithm.begin, algorithm.to),
    // Its first byte says how many bits of the last are none: signatures are whole bytes.
    signature: der.subarray(signature.from + 1, signature.to),
    revoked: entries === null ? new Map() : revokedIn(der, entries),
  };
}

/** Behind the version, the algorithm, the issuer and one or two times; `null` where nobody is revoked. */
function entriesOf(der: Buffer, { from, to }: Element): Element | null {
  let at = from;
  if (der[at] === INTEGER) at = element(der, at, to).to;
  at = element(der, at, to, SEQUENCE).to;
  at = element(der, at, to, SEQUENCE).to;
  while (at < to && (der[at] === UTC_TIME || der[at] === GENERALIZED_TIME)) at = element(der, at, to).to;
  return at < to && der[at] === SEQUENCE ? element(der, at, to) : null;
}

function revokedIn(der: Buffer, { from, to }: Element): Map<string, number> {
  const revoked = new Map<string, number>();
  for (let at = from; at < to; ) {
    const entry = element(der, at, to, SEQUENCE);
    const serial = element(der, entry.from, entry.to, INTEGER);
    const time = element(der, serial.to, entry.to);
    revoked.set(der.toString('hex', serial.from, serial.to).replace(/^(?:00)+(?=..)/, ''), timeOf(der, time));
    at = entry.to;
  }
  return revoked;
}

function element(der: Buffer, begin: number, end: number, wanted?: number): Element {
  const found = elementAt(der, begin, end, wanted);
  if (found === null) throw damaged();
  return found;
}

/** RFC 5280 §5.1.2.4: in universal time, with seconds; of two digits the years from 1950 on. */
function timeOf(der: Buffer, { tag, from, to }: Element): number {
  const text = der.toString('latin1', from, to);
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const written = tag === UTC_TIME ? `${century}${text}` : tag === GENERALIZED_TIME ? text : '';
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(written) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at)) throw damaged();
  return at;
}

function sequence(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.of(SEQUENCE, 0x84), length, content]);
}

function damaged(): PkiError {
  return new PkiError('It is not a revocation list in DER (RFC 5280 §5.1)');
}
