import type { Micros } from './calendar.ts';
import { communityId } from './community-id.ts';
import type { Logbook } from './logbook.ts';
import type { Random } from './random.ts';
import type { Party } from './wire.ts';

/** A rule of the gateway's Suricata; `policy` names the policy that it enforces. */
export interface Rule {
  readonly id: number;
  readonly signature: string;
  readonly severity: 1 | 2 | 3;
  readonly policy: string | null;
}

export const C2_RULE: Rule = {
  id: 9_000_021,
  signature: 'ACME Block known command and control',
  severity: 1,
  policy: 'pol_c2_block_global',
};
export const CAMERA_RULE: Rule = {
  id: 9_000_034,
  signature: 'ACME Block cameras outside management',
  severity: 2,
  policy: 'pol_camera_mgmt_only',
};
const INBOUND_RULE: Rule = { id: 9_000_001, signature: 'ACME Drop inbound', severity: 3, policy: null };

/** The gateway with Suricata in line: what it drops, it writes to its EVE log. */
export class Gateway {
  readonly #log: Logbook;
  readonly #random: Random;

  constructor(log: Logbook, random: Random) {
    this.#log = log;
    this.#random = random;
  }

  /** An attempt from inside that a policy forbids: an alert with the action taken, and the packet's drop. */
  block(at: Micros, from: Party & { readonly port: number }, to: Party, port: number, rule: Rule): void {
    const head = this.#head(from, to, from.port, port);
    const alert = `"alert":${alertOf(rule)}`;
    this.#write(at, `${head('alert')},${alert}`);
    this.#write(at + 40, `${head('drop')},${this.#packet()},${alert}`);
  }

  /** Somebody from outside knocks, as they all do. */
  dropInbound(at: Micros, from: Party, to: Party, port: number): void {
    const head = this.#head(from, to, this.#random.between(1_024, 65_535), port);
    this.#write(at, `${head('drop')},${this.#packet()},"alert":${alertOf(INBOUND_RULE)}`);
  }

  #head(from: Party, to: Party, source: number, port: number): (type: string) => string {
    const flow = this.#random.int(2 ** 31) * 2 ** 16 + this.#random.int(2 ** 16);
    const id = communityId('tcp', from.address, source, to.address, port);
    return (type) =>
      `"flow_id":${flow},"in_iface":"eth1","event_type":"${type}","src_ip":"${from.address}","src_port":${source},` +
      `"dest_ip":"${to.address}","dest_port":${port},"proto":"TCP","community_id":"${id}"`;
  }

  #packet(): string {
    return `"drop":{"len":60,"tos":0,"ttl":63,"ipid":${this.#random.int(65_536)},"tcpseq":${this.#random.next()},"tcpack":0,"tcpwin":64240,"syn":true,"ack":false,"psh":false,"rst":false,"urg":false,"fin":false,"tcpres":0,"tcpurgp":0,"reason":"rules"}`;
  }

  #write(at: Micros, fields: string): void {
    const stamp = new Date(Math.floor(at / 1_000)).toISOString().slice(0, -1);
    const micros = String(at % 1_000).padStart(3, '0');
    this.#log.write('eve.json', at, `{"timestamp":"${stamp}${micros}+0000",${fields}}`);
  }
}

function alertOf({ id, signature, severity, policy }: Rule): string {
  const metadata = policy === null ? '' : `,"metadata":{"policy":["${policy}"]}`;
  return `{"action":"blocked","gid":1,"signature_id":${id},"rev":3,"signature":"${signature}","category":"Policy","severity":${severity}${metadata}}`;
}
