export { isLogKind, kindOfFile } from './log-kinds.ts';
export { createZeekReader } from './reader.ts';
