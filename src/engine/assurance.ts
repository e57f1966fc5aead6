import { sureAmongPeers } from '../behavior/index.ts';
import type { Directory } from '../entities/index.ts';
import type { Detection, EntityId } from '../model/index.ts';
import type { Shared } from './grounds.ts';

type IsConfirmed = (entity: EntityId, detection: Detection) => boolean;

/**
 * How sure a detection is told: as its detector is, less where the members of its kind often show as much, and what verdicts
 * make of that. What a detector says is counted in any case; what an operator's word holds back is, too.
 */
export class Assurance {
  readonly #shared: Pick<Shared, 'directory' | 'peers' | 'calibration'>;
  readonly #isConfirmed: IsConfirmed;

  /** @param isConfirmed whether an operator says of what is told that it is an attack */
  constructor(shared: Pick<Shared, 'directory' | 'peers' | 'calibration'>, isConfirmed: IsConfirmed) {
    this.#shared = shared;
    this.#isConfirmed = isConfirmed;
  }

  /** A detector told of an entity. */
  count(entity: EntityId, detection: Detection): void {
    const { directory, peers } = this.#shared;
    // A kind that nobody has joined gets no number here: time alone tells as well, in no order.
    const group = peers.find(kindOf(directory, entity));
    if (this.#isConfirmed(entity, detection)) peers.tellings.goOn(group, detection.type);
    else peers.tellings.tell(group, detection.type, entity, chanceOf(detection));
  }

  of(entity: EntityId, detection: Detection): Detection {
    const { directory, peers, calibration } = this.#shared;
    const kind = kindOf(directory, entity);
    const alike = peers.tellings.alike(peers.find(kind), detection.type, entity, chanceOf(detection));
    return calibration.applied(sureAmongPeers(detection, alike), kind);
  }
}

/** Of whom it is a peer; `null` for users, whose kind is their nature. */
export function kindOf(directory: Pick<Directory, 'profile'>, entity: EntityId): string | null {
  const profile = directory.profile(entity);
  return profile === null || profile.type === 'user' ? null : profile.kind;
}

function chanceOf({ chance, confidence }: Detection): number {
  return chance ?? 1 - confidence;
}
