export { isLogKind, kindOfFile } from './log-kinds.ts';
export { createZeekReader, type ZeekFile } from './reader.ts';
