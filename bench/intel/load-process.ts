// Loads an engine's snapshot, as a start does, and asks what the feeds say once.
import { openSnapshot } from '../../src/snapshot/index.ts';
import { giveBack, inputOf } from '../child.ts';
import { blank } from '../population.ts';
import { kindOf, textOf } from './indicators.ts';

export interface LoadInput {
  readonly path: string;
}

export interface Loaded {
  readonly ms: number;
  readonly bytes: number;
}

const { path } = inputOf() as LoadInput;
const start = performance.now();
const snapshot = openSnapshot(path);
const { engine } = blank();
snapshot.load(engine);
snapshot.close();
const hits = engine.indicators.matchDomain(`www.${listedName()}`).length;
const ms = performance.now() - start;
if (hits === 0) throw new Error('bench: the loaded table does not know what was listed');
giveBack({ ms, bytes: snapshot.bytes } satisfies Loaded);

function listedName(): string {
  let nth = 0;
  while (kindOf(nth) !== 'registrable') nth++;
  return textOf('registrable', nth);
}
