/** From untrusted bytes to observations: logs that are read once, folders that are followed, batches over HTTP. */
export type { Checkpoint } from './checkpoints.ts';
export { type FollowedFile, type FollowOptions, type Follower, followFolder } from './follow.ts';
export { FairLine } from './fair-line.ts';
export { type BatchIntake, takeOcsfBatch } from './http-batch.ts';
export { type IngestOptions, type IngestProgress, type IngestResult, ingestFiles } from './ingest.ts';
export type { BatchPort, IntakeBatch, IntakePort, PackedRows, Taken, TakenIn } from './intake-port.ts';
export type { AddressNumbers } from './lasting-numbers.ts';
export type { Line } from './line.ts';
export { expandPaths, LogPathError, type UnreadFolder } from './log-paths.ts';
export type { LogReader } from './log-reader.ts';
export { EVENT_SOURCES } from './event-sources.ts';
export {
  isSoftwareInventory,
  readSoftwareInventory,
  type SoftwareFileReading,
} from './ocsf/software-file.ts';
export { createLogReader } from './readers.ts';
