import type { FleetState } from '../../data-directory/index.ts';
import type { Effects } from '../../effects/index.ts';
import { LIMITS, MINUTE_MS } from '../../model/index.ts';

const LOOK_EVERY_MS = MINUTE_MS;

/** A bound of the state that something had no room under. */
interface ReachedBound {
  readonly bound: 'devices' | 'users' | 'producers';
  readonly detail: string;
}

/** What there was no room for: it is counted where it came, and assessed nowhere. */
export function reachedBounds({ engine }: Pick<FleetState, 'engine'>): ReachedBound[] {
  const { devices, users } = engine.directory.overflow;
  const reached: ReachedBound[] = [];
  if (devices > 0)
    reached.push({
      bound: 'devices',
      detail: `${LIMITS.discoveredEntities} machines were discovered, the most there can be: machines beyond them were met ${devices} times and not taken; each hour strangers that passed by, or are silent longest, make room for others (${engine.directory.strangersForgotten} were forgotten so far); what the inventory declares is taken`,
    });
  if (users > 0)
    reached.push({
      bound: 'users',
      detail: `${LIMITS.discoveredUsers} users are known, the most there can be: accounts beyond them signed in ${users} times and were not taken; there is room again when users are forgotten (retention.user_days, stance privacy erase)`,
    });
  const full = engine.ledger.fullSenders();
  if (full.length > 0)
    reached.push({
      bound: 'producers',
      detail: `${full.length} senders have named ${LIMITS.producersPerSender} producers (Stance-Producer), the most there can be: ${full.slice(0, 5).join(', ')}; a further name is refused, batches without one are taken; another token has room again`,
    });
  return reached;
}

/** Tells the log once of each bound that is reached while the process runs, or was before. */
export class BoundWatch {
  readonly #state: FleetState;
  readonly #effects: Effects;
  readonly #told = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor(state: FleetState, effects: Effects) {
    this.#state = state;
    this.#effects = effects;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  look(): void {
    for (const { bound, detail } of reachedBounds(this.#state)) {
      if (this.#told.has(bound)) continue;
      this.#told.add(bound);
      this.#effects.reportFault('bounds', new Error(detail));
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
