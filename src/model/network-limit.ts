import type { Server, Socket } from 'node:net';

/** Whoever holds connections, silent ones too, holds so many and no more: the rest is for others. */
export function limitPerNetwork(server: Server, most: number): void {
  const counts = new Map<string, number>();
  server.prependListener('connection', (socket: Socket) => {
    const one = networkOf(socket.remoteAddress ?? '');
    const count = (counts.get(one) ?? 0) + 1;
    counts.set(one, count);
    socket.once('close', () => {
      const left = (counts.get(one) ?? 1) - 1;
      if (left === 0) counts.delete(one);
      else counts.set(one, left);
    });
    if (count > most) socket.destroy();
  });
}

/** An IPv4 address, or of an IPv6 one the first 64 bits: a subscriber has all of the rest (RFC 6177). */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const zeros = address.includes('::') ? Array<string>(8 - first.length - last.length).fill('0') : [];
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
