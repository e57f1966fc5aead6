import { sureAmongPeers } from '../behavior/index.ts';
import type { Detection, EntityId } from '../model/index.ts';
import type { Shared } from './grounds.ts';

/**
 * How sure a detection is told: as its detector is, less where the members of its kind often show as much, and what verdicts
 * make of that. What a detector says is counted in any case; what an operator's word holds back is, too.
 */
export class Assurance {
  readonly #shared: Pick<Shared, 'directory' | 'peers' | 'calibration'>;

  constructor(shared: Pick<Shared, 'directory' | 'peers' | 'calibration'>) {
    this.#shared = shared;
  }

  /** A detector told of an entity. */
  count(entity: EntityId, detection: Detection): void {
    const kind = this.kindOf(entity);
    if (kind === null) return;
    const { peers } = this.#shared;
    peers.tellings.tell(peers.of(kind), detection.type, entity, chanceOf(detection));
  }

  of(entity: EntityId, detection: Detection): Detection {
    const { peers, calibration } = this.#shared;
    const kind = this.kindOf(entity);
    const alike = peers.tellings.alike(peers.of(kind), detection.type, entity, chanceOf(detection));
    return calibration.applied(sureAmongPeers(detection, alike), kind);
  }

  /** A user's kind is its nature: users have no peers. */
  kindOf(entity: EntityId): string | null {
    const profile = this.#shared.directory.profile(entity);
    return profile === null || profile.type === 'user' ? null : profile.kind;
  }
}

function chanceOf({ chance, confidence }: Detection): number {
  return chance ?? 1 - confidence;
}
