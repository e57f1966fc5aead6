/** Private look-ups: whoever asks a shared service of indicators tells it nothing, and gets nothing but his answer. */
export {
  type Blinded,
  type Evaluation,
  LookupKey,
  MOST_ELEMENTS,
  LookupRefused,
  blinded,
  unblinded,
} from './oprf.ts';
export {
  fingerprintOf,
  MAGIC,
  type SealedEntry,
  SealedList,
  type SealedListHead,
  type SealedSaying,
  sealEntry,
  writingSealedList,
} from './sealed-list.ts';
