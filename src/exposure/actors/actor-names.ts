import type { ActorCatalogue, StateReader, Stateful, StateWriter } from '../../model/index.ts';

/** A group that a claimed name may mean, and the catalogue that says so. */
export interface ActorCandidate {
  readonly name: string;
  readonly catalogue: string;
}

/** Whom the names that feeds give may mean. Asked when somebody asks about an indicator: nothing that is kept depends on it. */
export class ActorNames implements Stateful {
  readonly #catalogues = new Map<string, ActorCatalogue>();
  /** By the name as it is compared; made when it is first asked. */
  #candidates: ReadonlyMap<string, readonly ActorCandidate[]> | null = null;

  get isEmpty(): boolean {
    return this.#catalogues.size === 0;
  }

  get(id: string): ActorCatalogue | undefined {
    return this.#catalogues.get(id);
  }

  all(): readonly ActorCatalogue[] {
    return [...this.#catalogues.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** It replaces the one of the same id, whole; one that names nobody takes it back. */
  put(catalogue: ActorCatalogue): void {
    if (catalogue.actors.length === 0) this.#catalogues.delete(catalogue.id);
    else this.#catalogues.set(catalogue.id, catalogue);
    this.#candidates = null;
  }

  /** All groups that bear the name; none of several is chosen. */
  candidates(claimed: string): readonly ActorCandidate[] {
    this.#candidates ??= candidatesIn(this.all());
    return this.#candidates.get(comparable(claimed)) ?? [];
  }

  save(to: StateWriter): void {
    to.records('catalogues', this.all());
  }

  load(from: StateReader): void {
    for (const catalogue of from.records('catalogues') as Iterable<ActorCatalogue>) this.put(catalogue);
  }
}

function candidatesIn(catalogues: readonly ActorCatalogue[]): ReadonlyMap<string, readonly ActorCandidate[]> {
  const found = new Map<string, ActorCandidate[]>();
  for (const { id, actors } of catalogues) {
    for (const { name, aliases } of actors) {
      for (const key of new Set([name, ...aliases].map(comparable))) {
        const candidates = found.get(key);
        if (candidates === undefined) found.set(key, [{ name, catalogue: id }]);
        else candidates.push({ name, catalogue: id });
      }
    }
  }
  return found;
}

/** "APT 28", "apt-28" and "APT28" are one name: makers of feeds write as they like. */
function comparable(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_./]+/g, '');
}
