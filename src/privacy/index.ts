export { changeAccountKeys, loadKeys } from './key-file.ts';
export { deriveKeys, FIRST_EPOCH, type SealingKeys } from './keys.ts';
export { createNameGate, type NameGate } from './name-gate.ts';
export { createSealer, type Sealer, type SealerParts } from './sealer.ts';
export { HELD_AS } from './held-as.ts';
export { HELD_FIELDS } from './held-fields.ts';
