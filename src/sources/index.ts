export { type BatchFault, type BatchReading, type OcsfBatch, readOcsfBatch } from './ocsf/batch.ts';
export { createOcsfReader } from './ocsf/reader.ts';
export { createSuricataReader } from './suricata/reader.ts';
