import { createHash, type KeyObject } from 'node:crypto';
import type { Report, ReportHeader, SiteId } from '../../model/index.ts';
import {
  ByteReader,
  LEAST_NAME_BYTES,
  MOST_NAME_BYTES,
  nameBytes,
  u16,
  U16_BYTES,
  u32,
  U32_BYTES,
  u48,
  U48_BYTES,
} from './byte-reader.ts';
import { CIPHERTEXT_BYTES, KEY_ID_BYTES } from './parameters.ts';
import { Refused } from './refused.ts';
import { signed, SIGNATURE_BYTES } from './signing.ts';

const MAGIC = 'SFR1';
const HASH_BYTES = 32;
/** What has a fixed length; two names are beside it. */
const FIXED_HEADER_BYTES = KEY_ID_BYTES + HASH_BYTES + U48_BYTES + U32_BYTES + U32_BYTES + HASH_BYTES;
const LEAST_HEADER_BYTES = FIXED_HEADER_BYTES + 2 * LEAST_NAME_BYTES;
const MOST_HEADER_BYTES = FIXED_HEADER_BYTES + 2 * MOST_NAME_BYTES;
/** With its length and signature. */
export const MOST_SIGNED_HEADER_BYTES = U16_BYTES + MOST_HEADER_BYTES + SIGNATURE_BYTES;
const REST_BYTES = MAGIC.length + U16_BYTES + SIGNATURE_BYTES + CIPHERTEXT_BYTES;

/** How long a report is at least and at most, by the names in it: looked at before anything else. */
export const REPORT_BYTES = {
  least: REST_BYTES + LEAST_HEADER_BYTES,
  most: REST_BYTES + MOST_HEADER_BYTES,
} as const;

/** A header with its signature: what a manifest keeps of a report. */
export interface SignedHeader {
  readonly header: ReportHeader;
  /** As signed. */
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export interface ReportParts extends SignedHeader {
  readonly ciphertext: Uint8Array;
}

export function ciphertextHash(ciphertext: Uint8Array): string {
  return createHash('sha256').update(ciphertext).digest('hex');
}

function headerBytes(header: ReportHeader): Buffer {
  return Buffer.concat([
    nameBytes(header.tenant),
    Buffer.from(header.keyId, 'hex'),
    Buffer.from(header.paramsHash, 'hex'),
    u48(header.round),
    nameBytes(header.site),
    u32(header.cohortVersion),
    u32(header.count),
    Buffer.from(header.ciphertextHash, 'hex'),
  ]);
}

export function makeReport(header: ReportHeader, ciphertext: Uint8Array, key: KeyObject): Report {
  const told = headerBytes(header);
  const signature = signed('report', told, key);
  const bytes = Buffer.concat([signedHeaderBytes({ headerBytes: told, signature }), ciphertext]);
  return { header, signature, ciphertext, bytes: Buffer.concat([Buffer.from(MAGIC), bytes]) };
}

/** @throws Refused */
export function readReport(bytes: Uint8Array): ReportParts {
  if (bytes.length < REPORT_BYTES.least || bytes.length > REPORT_BYTES.most) throw new Refused('size');
  const reader = new ByteReader(bytes);
  reader.expect(MAGIC);
  const parts = { ...readSignedHeader(reader), ciphertext: reader.take(CIPHERTEXT_BYTES) };
  reader.end();
  return parts;
}

export function signedHeaderBytes({
  headerBytes: header,
  signature,
}: Pick<SignedHeader, 'headerBytes' | 'signature'>): Buffer {
  return Buffer.concat([u16(header.length), header, signature]);
}

/** @throws Refused */
export function readSignedHeader(reader: ByteReader): SignedHeader {
  const length = reader.u16();
  if (length > MOST_HEADER_BYTES) throw new Refused('malformed');
  const bytes = reader.take(length);
  return { header: readHeader(bytes), headerBytes: bytes, signature: reader.take(SIGNATURE_BYTES) };
}

function readHeader(bytes: Uint8Array): ReportHeader {
  const reader = new ByteReader(bytes);
  const header = {
    tenant: reader.name(),
    keyId: reader.hex(KEY_ID_BYTES),
    paramsHash: reader.hex(HASH_BYTES),
    round: reader.u48(),
    site: reader.name() as SiteId,
    cohortVersion: reader.u32(),
    count: reader.u32(),
    ciphertextHash: reader.hex(HASH_BYTES),
  };
  reader.end();
  return header;
}
