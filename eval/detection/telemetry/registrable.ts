import { createNameGate, createSealer, deriveKeys } from '../../../src/privacy/index.ts';

/** Any keys: only what is not keyed is read. */
const sealer = createSealer({ keys: deriveKeys(new Uint8Array(32), 1), gate: createNameGate(), domains: {} });
const known = new Map<string, string>();

/** The registrable domain of a name, as the product sees it; the name itself where it has none. */
export function registrable(name: string): string {
  let domain = known.get(name);
  if (domain === undefined) known.set(name, (domain = sealer.sealName(name)?.domain ?? name));
  return domain;
}
