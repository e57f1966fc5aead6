/** The outputs room: findings on their way to receivers, at least once, in order, over restarts. */
export { type Backoff, pauseAfter } from './backoff.ts';
export { Courier, type CourierPace, type CourierStatus } from './courier.ts';
export { type Cursor, readCursor, writeCursor } from './cursor.ts';
export { hostOf, isPrivateAddress } from './host.ts';
export type { Message, Outbox, OutboxEntry, Sink } from './sink.ts';
export { SYSLOG_FACILITIES, type SyslogFacility } from './syslog.ts';
export { SyslogDatagrams } from './syslog-datagrams.ts';
export { SyslogStream } from './syslog-stream.ts';
export { readSecrets } from './signature.ts';
export { Webhook } from './webhook.ts';
