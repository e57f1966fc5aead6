import type { Conversation, Flow } from './conversations.ts';
import { count, first, type Packet } from './packet.ts';
import type { Told } from './tshark.ts';

interface Request extends Flow {
  readonly ts: number;
  readonly method: string;
  readonly host?: string;
  readonly request_body_len: number;
  status_code?: number;
  response_body_len?: number;
}

/** http.log: each request, with the answer that came next in its conversation. */
export class Requests {
  readonly all: Request[] = [];
  readonly #open = new Map<string, Request[]>();

  see(told: Told, packet: Packet, { flow }: Conversation): void {
    const length = lengthOf(told);
    const status = count(told, 'http.response.code');
    if (status !== null) return this.#answered(flow.uid, status, length);
    const method = first(told, 'http.request.method');
    if (method === null) return;
    const host = first(told, 'http.host');
    const request: Request = {
      ts: packet.time,
      ...flow,
      method,
      ...(host !== null && { host }),
      request_body_len: length ?? 0,
    };
    this.all.push(request);
    const open = this.#open.get(flow.uid) ?? [];
    this.#open.set(flow.uid, open);
    open.push(request);
  }

  #answered(uid: string, status: number, length: number | null): void {
    const request = this.#open.get(uid)?.[0];
    if (request === undefined) return;
    request.status_code = status;
    if (length !== null) request.response_body_len = length;
    // What goes before the answer is none.
    if (status >= 200) this.#open.get(uid)?.shift();
  }
}

/** Of the body: as it was announced, or the sum of the pieces in which it came. */
function lengthOf(told: Told): number | null {
  const pieces = told('http.chunk_size');
  if (pieces.length === 0) return count(told, 'http.content_length_header');
  return pieces.reduce((sum, each) => sum + Number(each), 0);
}
