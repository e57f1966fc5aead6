import { gathered } from './gathered.ts';

/** The whole body of an answer; `null` where it has more bytes: the rest is not read. */
export async function bodyWithin({ body }: Response, mostBytes: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > mostBytes) return null;
    parts.push(part);
  }
  return gathered(parts);
}
