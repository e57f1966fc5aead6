import type { FastifyInstance } from 'fastify';
import { Gate, type Room } from './gate.ts';
import { refuse } from './refuse.ts';

/** Within this time what is being taken in is on disk and answered; whoever stops a service waits ten seconds or more. */
const DRAIN_MS = 5_000;

/** A server that ends takes nothing new, and lets what is being taken in end with its answer first: for some seconds. */
export class Draining {
  readonly #gates: Gate[] = [];
  #isStopping = false;

  /** A gate whose requests are waited for. */
  gate(room: Room): Gate {
    const gate = new Gate(room);
    this.#gates.push(gate);
    return gate;
  }

  /** To be called before other hooks of the kind: what is refused here enters no gate. */
  mount(app: FastifyInstance): void {
    app.addHook('onRequest', async (_request, reply) => {
      if (this.#isStopping) await refuse(reply.header('retry-after', DRAIN_MS / 1_000), 'stopping');
    });
    app.addHook('preClose', () => this.#drained());
  }

  async #drained(): Promise<void> {
    this.#isStopping = true;
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, DRAIN_MS);
    await Promise.race([tooLong, Promise.all(this.#gates.map((each) => each.empty()))]);
    clearTimeout(timer);
  }
}
