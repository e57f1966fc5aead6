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
  type SealedEntry,
  SealedList,
  type SealedListHead,
  type SealedSaying,
  sealEntry,
  writeSealedList,
} from './sealed-list.ts';
