import type { ConnectionRows } from '../connection-rows.ts';
import { COMMUNITY_ID, type ConnectionLine, UID } from './connection-line.ts';

/** The form of `sensorId`. */
const MOST_UID = 64;
const IN_UID = table(/[A-Za-z0-9_-]/);
/** The form of `communityId`. */
const COMMUNITY_ID_LENGTH = 30;
const IN_BASE_64 = table(/[A-Za-z0-9+/]/);

/** Copies a line's uid and community id, as far as they have their form, to the row's place in the arena. */
export function enterIds(line: ConnectionLine, rows: ConnectionRows, row: number): void {
  const at = rows.idsLength;
  rows.idAt[row] = at;
  const uidLength = line.states(UID) ? copyUid(line, rows.ids, at) : 0;
  const communityIdLength = line.states(COMMUNITY_ID) ? copyCommunityId(line, rows.ids, at + uidLength) : 0;
  rows.uidLength[row] = uidLength;
  rows.communityIdLength[row] = communityIdLength;
  rows.idsLength = at + uidLength + communityIdLength;
}

/** How long it is; 0 where it is none. */
function copyUid(line: ConnectionLine, ids: Buffer, at: number): number {
  const { bytes } = line;
  const start = line.starts[UID] as number;
  const length = (line.ends[UID] as number) - start;
  if (length > MOST_UID) return 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i] ?? 0;
    if (IN_UID[byte] === 0) return 0;
    ids[at + i] = byte;
  }
  return length;
}

function copyCommunityId(line: ConnectionLine, ids: Buffer, at: number): number {
  const { bytes } = line;
  const start = line.starts[COMMUNITY_ID] as number;
  const end = line.ends[COMMUNITY_ID] as number;
  if (end - start !== COMMUNITY_ID_LENGTH) return 0;
  if (bytes[start] !== 0x31 || bytes[start + 1] !== 0x3a || bytes[end - 1] !== 0x3d) return 0;
  for (let i = start + 2; i < end - 1; i++) if (IN_BASE_64[bytes[i] ?? 0] === 0) return 0;
  bytes.copy(ids, at, start, end);
  return COMMUNITY_ID_LENGTH;
}

function table(form: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (form.test(String.fromCharCode(byte)) ? 1 : 0));
}
