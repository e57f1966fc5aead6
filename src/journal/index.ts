export { JournalError, type JournalErrorCode } from './errors.ts';
export { type JournalDisk, REAL_DISK } from './disk.ts';
export type { Journal, NumberedRecord } from './journal.ts';
export { openJournal, type EmbeddedJournal, type JournalOptions, type TornTail } from './embedded.ts';
export { TORN_FILE } from './tail.ts';
export { readJournal } from './reading.ts';
export type { ClosedSegment } from './retention.ts';
export { encodeRecord, isLarge, rememberPayload, type LargeRecord, packing, payloadOf } from './codec.ts';
export { areColumnsOf, packColumns } from './packed/connections.ts';
