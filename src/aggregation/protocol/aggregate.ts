import { ByteReader, u16, U16_BYTES, u32, U32_BYTES } from './byte-reader.ts';
import { COEFFICIENT_BYTES, MOST_PARTS, MOST_REPORTS_PER_PART } from './parameters.ts';
import { Refused } from './refused.ts';
import {
  MOST_SIGNED_HEADER_BYTES,
  readSignedHeader,
  type SignedHeader,
  signedHeaderBytes,
} from './report.ts';

const MAGIC = 'SFA1';

/** Of a round: what came in, and its sum. Each part is added for itself, because noise grows with what is added. */
export interface AggregatePart {
  readonly manifest: readonly SignedHeader[];
  readonly coefficients: Uint8Array;
}

export const MOST_AGGREGATE_BYTES =
  MAGIC.length +
  U16_BYTES +
  MOST_PARTS * (U32_BYTES + MOST_REPORTS_PER_PART * MOST_SIGNED_HEADER_BYTES + COEFFICIENT_BYTES);

export function aggregateBytes(parts: readonly AggregatePart[]): Buffer {
  return Buffer.concat([
    Buffer.from(MAGIC),
    u16(parts.length),
    ...parts.flatMap(({ manifest, coefficients }) => [
      u32(manifest.length),
      ...manifest.map(signedHeaderBytes),
      coefficients,
    ]),
  ]);
}

/** @throws Refused */
export function readAggregate(bytes: Uint8Array): readonly AggregatePart[] {
  if (bytes.length > MOST_AGGREGATE_BYTES) throw new Refused('size');
  const reader = new ByteReader(bytes);
  reader.expect(MAGIC);
  const count = reader.u16();
  if (count === 0 || count > MOST_PARTS) throw new Refused('malformed');
  const parts = Array.from({ length: count }, () => readPart(reader));
  reader.end();
  return parts;
}

function readPart(reader: ByteReader): AggregatePart {
  const reports = reader.u32();
  if (reports === 0 || reports > MOST_REPORTS_PER_PART) throw new Refused('malformed');
  const manifest = Array.from({ length: reports }, () => readSignedHeader(reader));
  return { manifest, coefficients: reader.take(COEFFICIENT_BYTES) };
}
