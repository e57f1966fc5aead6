import { join } from 'node:path';
import { engineKeys } from '../../src/data-directory/index.ts';
import { Engine } from '../../src/engine/index.ts';
import type { Stateful } from '../../src/model/index.ts';
import { createNameGate, createSealer, loadKeys } from '../../src/privacy/index.ts';
import { listSnapshots, openSnapshot, type SnapshotHead } from '../../src/snapshot/index.ts';

/** The snapshot of a simulated fleet, of which copies are made. */
export interface Model {
  readonly head: SnapshotHead;
  /** An empty engine under the fleet's keys. */
  readonly newEngine: () => Engine;
  /** Reads the snapshot. */
  readonly load: (into: Stateful) => void;
}

/** @param dir a data directory that nobody owns, and that holds a snapshot */
export async function modelIn(dir: string): Promise<Model> {
  const keys = await loadKeys(join(dir, 'keys'), () => {
    throw new Error(`bench: ${dir} has no keys`);
  });
  const sealer = createSealer({ keys, gate: createNameGate(), domains: {} });
  const [file] = listSnapshots(join(dir, 'snapshots'));
  if (file === undefined) throw new Error(`bench: ${dir} has no snapshot; its fleet is too small`);
  const newEngine = () => new Engine(engineKeys(() => sealer));
  const load = (into: Stateful) => {
    const opened = openSnapshot(file.path);
    opened.load(into);
    opened.close();
  };
  const snapshot = openSnapshot(file.path);
  const head = { records: snapshot.records, stateVersion: snapshot.stateVersion };
  snapshot.close();
  return { head, newEngine, load };
}

/** The fleet as it was simulated, not copied. */
export function engineOf({ newEngine, load }: Model): Engine {
  const engine = newEngine();
  load({ load: (from) => engine.load(from.part('engine')), save: (to) => engine.save(to.part('engine')) });
  return engine;
}
