import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import {
  type ChainProblem,
  dropOldest,
  type EpochMs,
  type HeldCertificate,
  HOUR_MS,
  LIMITS,
  parseAddress,
  type SiteId,
} from '../model/index.ts';
import type { Prover } from '../trust/index.ts';

/** A use at the same place is recorded about hourly; a move is, but nobody moves more often than this. */
const PROOF_EVERY_MS = HOUR_MS;
const MOVE_EVERY_MS = 10_000;
/** Tokens are renewed under one fingerprint: a longer life is recorded once so much of the recorded one is over. */
const RENEWED_AFTER = 0.5;

/** The last use of a certificate that went on record. */
interface Recorded {
  readonly prover: Prover;
  readonly address: string;
  readonly problems: string;
  readonly at: EpochMs;
  readonly notAfter: EpochMs;
}

/** Brings on record who proved which key, as often as that is news. */
export class Proofs {
  readonly #state: FleetState;
  readonly #site: SiteId;
  readonly #effects: Effects;
  /** By the certificate's fingerprint. */
  readonly #recorded = new Map<string, Recorded>();

  constructor(state: FleetState, site: SiteId, effects: Effects) {
    this.#state = state;
    this.#site = site;
    this.#effects = effects;
  }

  async note(
    prover: Prover,
    certificate: HeldCertificate,
    problems: readonly ChainProblem[],
    from: string,
  ): Promise<void> {
    const at = this.#effects.now();
    const { fingerprint, notAfter } = certificate;
    const before = this.#recorded.get(fingerprint);
    const said = problems.join(' ');
    const isSame = before?.prover === prover && before.problems === said;
    if (isSame && at < nextOf(before, from, notAfter)) return;
    if (before === undefined && this.#recorded.size >= LIMITS.rememberedPeers) dropOldest(this.#recorded);
    this.#recorded.set(fingerprint, { prover, address: from, problems: said, at, notAfter });
    const address = parseAddress(from);
    const [device, site] = [prover, this.#site];
    await this.#state.append({ kind: 'proof', at, device, certificate, problems, site, address });
  }
}

/** From when the same is news again. */
function nextOf({ address, at, notAfter: until }: Recorded, from: string, notAfter: EpochMs): EpochMs {
  const every = address === from ? PROOF_EVERY_MS : MOVE_EVERY_MS;
  const isRenewed = notAfter > until;
  return at + (isRenewed ? Math.min(every, (until - at) * RENEWED_AFTER) : every);
}
