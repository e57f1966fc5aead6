import { hkdfSync } from 'node:crypto';
import { type KeyBytes, LASTING_PURPOSES, ROOT_KEY_BYTES } from './keys.ts';

/** The keys themselves, since accounts' were changed: what derives from a root that is kept cannot be destroyed. */
export const ROTATED_FORMAT = 2;
/** Purposes that every file of this format has a key for. */
const FROM_THE_BEGINNING: ReadonlySet<string> = new Set(
  'name mac host_name subject device_id record_id lookup serial'.split(' '),
);

/** @param later from which the keys of purposes derive that releases to come have */
export function rotatedText({ lasting, accounts }: KeyBytes, later: Uint8Array): string {
  const keys = Array.from(lasting, ([purpose, bytes]) => `${purpose} ${hex(bytes)}`);
  const epochs = Array.from(accounts, ([epoch, bytes]) => `account ${epoch} ${hex(bytes)}`);
  return `{"format":${ROTATED_FORMAT},"keys":${JSON.stringify([...keys, ...epochs, `later ${hex(later)}`])}}\n`;
}

export interface RotatedKeys extends KeyBytes {
  readonly later: Uint8Array;
}

/** `null` for what is not the text of such a file, whole. */
export function rotatedKeys(
  text: string,
  purposes: readonly string[] = LASTING_PURPOSES,
): RotatedKeys | null {
  const [, list = ''] =
    /^\{"format":2,"keys":\[((?:"[a-z_]+(?: \d+)? [0-9a-f]{64}",?)+)\]\}\n$/.exec(text) ?? [];
  const accounts = new Map<number, Uint8Array>();
  const named = new Map<string, Uint8Array>();
  for (const [, name = '', epoch, key = ''] of list.matchAll(/"([a-z_]+)(?: (\d+))? ([0-9a-f]{64})"/g)) {
    if (epoch === undefined) named.set(name, Buffer.from(key, 'hex'));
    else if (name === 'account') accounts.set(Number(epoch), Buffer.from(key, 'hex'));
    else return null;
  }
  const later = named.get('later');
  named.delete('later');
  if (later === undefined || accounts.size === 0) return null;
  // One that is not known here is of a later release.
  if ([...named.keys()].some((name) => !purposes.includes(name))) return null;
  if ([...FROM_THE_BEGINNING].some((name) => !named.has(name))) return null;
  const lasting = purposes.map(
    (purpose) => [purpose, named.get(purpose) ?? derived(later, purpose)] as const,
  );
  return {
    lasting: new Map(lasting) as ReadonlyMap<string, Uint8Array> as KeyBytes['lasting'],
    accounts,
    later,
  };
}

function derived(later: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', later, 'stance sealing', `later ${purpose}`, ROOT_KEY_BYTES));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
