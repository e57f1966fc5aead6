// Loads a table's snapshot and asks it once.
import { IndicatorTable } from '../../src/exposure/index.ts';
import { openSnapshot } from '../../src/snapshot/index.ts';
import { giveBack, inputOf } from '../child.ts';
import { fingerprint, kindOf, textOf } from './indicators.ts';

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
let hits = 0;
snapshot.load(
  {
    load: (from) => (hits = IndicatorTable.load(from, fingerprint).matchDomain(`www.${listedName()}`).length),
  },
  undefined,
  'shared',
);
snapshot.close();
const ms = performance.now() - start;
if (hits === 0) throw new Error('bench: the loaded table does not know what was listed');
giveBack({ ms, bytes: snapshot.bytes } satisfies Loaded);

function listedName(): string {
  let nth = 0;
  while (kindOf(nth) !== 'registrable') nth++;
  return textOf('registrable', nth);
}
