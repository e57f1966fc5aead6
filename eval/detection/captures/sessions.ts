import type { Conversation, Flow } from './conversations.ts';
import { first, type Packet } from './packet.ts';
import type { Told } from './tshark.ts';

const CLIENT_HELLO = '1';
const SERVER_HELLO = '2';
/** A record of what is sent once both agreed. */
const APPLICATION_DATA = '23';

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x03_00, 'SSLv3'],
  [0x03_01, 'TLSv10'],
  [0x03_02, 'TLSv11'],
  [0x03_03, 'TLSv12'],
  [0x03_04, 'TLSv13'],
]);

interface Session extends Flow {
  readonly ts: number;
  readonly server_name?: string;
  version?: string;
  established: boolean;
}

/** ssl.log: each session whose first hello was captured. */
export class Sessions {
  readonly #byFlow = new Map<string, Session>();

  get all(): readonly Session[] {
    return [...this.#byFlow.values()];
  }

  see(told: Told, packet: Packet, { flow }: Conversation): void {
    const hellos = told('tls.handshake.type');
    const session = this.#byFlow.get(flow.uid);
    if (session === undefined) {
      if (!hellos.includes(CLIENT_HELLO)) return;
      const name = first(told, 'tls.handshake.extensions_server_name');
      const named = name === null ? {} : { server_name: name };
      this.#byFlow.set(flow.uid, { ts: packet.time, ...flow, ...named, established: false });
      return;
    }
    if (hellos.includes(SERVER_HELLO)) session.version = versionOf(told);
    if (told('tls.record.content_type').includes(APPLICATION_DATA)) session.established = true;
  }
}

/** TLS 1.3 says 1.2 where the version stood, and itself in an extension. */
function versionOf(told: Told): string {
  const chosen =
    first(told, 'tls.handshake.extensions.supported_version') ?? first(told, 'tls.handshake.version');
  return VERSIONS.get(Number(chosen)) ?? 'unknown';
}
