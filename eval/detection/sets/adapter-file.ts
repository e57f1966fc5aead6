import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type Adapter, KINDS, USES } from './set.ts';

/** The file in the data that says what it is. */
export const ADAPTER_FILE = 'evaluation.json';

const logs = { name: z.string().min(1), logs: z.array(z.string().min(1)).min(1) };

const Malicious = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('all') }),
  z.strictObject({ by: z.literal('label'), label: z.string().min(1) }),
  z.strictObject({ by: z.literal('peer'), peers: z.array(z.string().min(1)).min(1) }),
]);

const AdapterOfFile = z.strictObject({
  benign: z
    .array(
      z.strictObject({
        ...logs,
        networks: z.array(z.string()).min(1),
        hosts: z.array(z.string()).nullable().default(null),
        uses: z.array(z.enum(USES as [string, ...string[]])).min(1),
      }),
    )
    .default([]),
  attacks: z
    .array(
      z.strictObject({
        ...logs,
        family: z.string().min(1),
        technique: z.string().nullable().default(null),
        kinds: z.array(z.enum(KINDS as [string, ...string[]])).min(1),
        actor: z.string().min(1),
        malicious: Malicious.default({ by: 'all' }),
        control: z.array(z.string()).default([]),
        inside: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});

/** An adapter file that is not one; its message names file and field. */
export class AdapterError extends Error {}

/** @throws AdapterError */
export async function readAdapterFile(path: string): Promise<Adapter> {
  const parsed = AdapterOfFile.safeParse(jsonOf(path, await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data as Adapter;
  const faults = parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'file'}: ${message}`);
  throw new AdapterError(`${path}: ${faults.join('; ')}. docs/evaluation.md describes this file.`);
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AdapterError(`${path}: no JSON. docs/evaluation.md describes this file.`, { cause });
  }
}
