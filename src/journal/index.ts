export { JournalCorrupt, JournalError, type JournalErrorCode } from './errors.ts';
export type { Journal, NumberedRecord } from './journal.ts';
export { openJournal, type EmbeddedJournal, type JournalOptions, type TornTail } from './embedded.ts';
