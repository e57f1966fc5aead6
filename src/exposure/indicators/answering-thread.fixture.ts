// Answers from a table that another thread built.
import { parentPort, workerData } from 'node:worker_threads';
import { IndicatorTable, type TableMemory } from '../indicator-table.ts';

const { memory, names } = workerData as { readonly memory: TableMemory; readonly names: readonly string[] };
const table = new IndicatorTable(memory);
parentPort?.postMessage(names.map((name) => table.matchDomain(name)));
