import { Conversations } from './conversations.ts';
import { Names } from './names.ts';
import { packetOf } from './packet.ts';
import { Requests } from './requests.ts';
import { Sessions } from './sessions.ts';
import type { Told } from './tshark.ts';

/** Zeek's logs of a capture, as text of a JSON object a line, in order of time; empty where there is nothing to write. */
export type Logs = Readonly<Record<'conn.log' | 'dns.log' | 'http.log' | 'ssl.log', string>>;

/** Reads packets into logs as Zeek would write them, as far as the product reads them. */
export async function logsOf(packets: AsyncIterable<Told> | Iterable<Told>): Promise<Logs> {
  const [conversations, names] = [new Conversations(), new Names()];
  const [requests, sessions] = [new Requests(), new Sessions()];
  for await (const told of packets) {
    const packet = packetOf(told);
    if (packet === null) continue;
    const conversation = conversations.see(packet);
    for (const each of [names, requests, sessions]) each.see(told, packet, conversation);
  }
  return {
    'conn.log': linesOf(conversations.all.map((each) => each.record())),
    'dns.log': linesOf(names.all),
    'http.log': linesOf(requests.all),
    'ssl.log': linesOf(sessions.all),
  };
}

function linesOf(records: readonly { readonly ts: number }[]): string {
  return [...records]
    .sort((a, b) => a.ts - b.ts)
    .map((each) => `${JSON.stringify(each)}\n`)
    .join('');
}
