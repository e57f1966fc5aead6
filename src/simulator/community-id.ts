import { hash } from 'node:crypto';

const PROTOCOL_NUMBERS = { tcp: 6, udp: 17 } as const;
/** Seed (2), two IPv4 addresses (8), protocol (1), padding (1), two ports (4). */
const buffer = Buffer.alloc(16);

/** Community ID v1 of an IPv4 flow with seed 0 (github.com/corelight/community-id-spec). */
export function communityId(
  protocol: keyof typeof PROTOCOL_NUMBERS,
  from: string,
  fromPort: number,
  to: string,
  toPort: number,
): string {
  const [a, b] = [addressNumber(from), addressNumber(to)];
  const inOrder = a < b || (a === b && fromPort < toPort);
  buffer.writeUInt32BE(inOrder ? a : b, 2);
  buffer.writeUInt32BE(inOrder ? b : a, 6);
  buffer[10] = PROTOCOL_NUMBERS[protocol];
  buffer.writeUInt16BE(inOrder ? fromPort : toPort, 12);
  buffer.writeUInt16BE(inOrder ? toPort : fromPort, 14);
  return `1:${hash('sha1', buffer, 'base64')}`;
}

function addressNumber(address: string): number {
  let value = 0;
  for (const octet of address.split('.')) value = value * 256 + Number(octet);
  return value;
}
