import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTER_FILE, readAdapterFile } from './adapter-file.ts';
import { guess } from './guess.ts';
import { KNOWN } from './known.ts';
import { listing } from './listing.ts';
import type { Adapter, Found } from './set.ts';

export interface Adapters {
  readonly found: readonly Found[];
  /** What was assumed or passed over, for people. */
  readonly notes: readonly string[];
}

/**
 * The adapters of a data folder: `evaluation.json` in it or in a folder of it; else the adapter beside this code, by the
 * folder's name; what neither speaks of is guessed from the layout.
 */
export async function findAdapters(data: string): Promise<Adapters> {
  const ofAll = join(data, ADAPTER_FILE);
  if (existsSync(ofAll)) {
    return { found: [{ folder: data, origin: 'in_data', ...(await readAdapterFile(ofAll)) }], notes: [] };
  }
  const found: Found[] = [];
  const notes: string[] = [];
  for (const name of (await listing(data)).folders) {
    const folder = join(data, name);
    const file = join(folder, ADAPTER_FILE);
    if (existsSync(file)) {
      found.push({ folder, origin: 'in_data', ...(await readAdapterFile(file)) });
      continue;
    }
    const known = present(folder, KNOWN[name] ?? {});
    if (!isEmpty(known)) found.push({ folder, origin: 'known', ...known });
    const guessed = await guess(folder, name, known);
    if (!isEmpty(guessed.adapter)) found.push({ folder, origin: 'guessed', ...guessed.adapter });
    notes.push(...guessed.notes);
  }
  return { found, notes };
}

function isEmpty({ benign = [], attacks = [] }: Adapter): boolean {
  return benign.length + attacks.length === 0;
}

/** Of an adapter, what is there: other data of the same layout may hold other parts of a set. */
function present(folder: string, { benign = [], attacks = [], leftOut = [] }: Adapter): Adapter {
  const isThere = ({ logs }: { readonly logs: readonly string[] }) =>
    logs.every((each) => existsSync(join(folder, each)));
  return { benign: benign.filter(isThere), attacks: attacks.filter(isThere), leftOut };
}
