import { addressOrNetworkEntry, defangedEntry } from './entry.ts';
import { mostly, type TextFormat } from './format.ts';
import type { Found } from './found.ts';

/** The highest score that Suricata takes. */
const CERTAIN = 127;
const REPUTATION = /^[0-9a-f.:]+(?:\/\d{1,3})?,\s*\d{1,2},\s*\d{1,3}\s*$/i;

/** Suricata's `iprep`: `address or block,category number,score`. What a number means stands in another file. */
export const iprep: TextFormat = {
  kind: 'text',
  name: 'suricata_iprep',
  recognises: (head) => mostly(head, REPUTATION),
  reader: () => (line) => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return null;
    const [address = '', , score = ''] = text.split(',', 4);
    if (!REPUTATION.test(text) || Number(score) > CERTAIN)
      return { entry: { kind: 'refused', reason: 'invalid_entry' } };
    if (Number(score) === 0) return { entry: { kind: 'skipped', what: 'score_zero' } };
    return { entry: addressOrNetworkEntry(address), confidence: Number(score) / CERTAIN };
  },
};

const DATASET = /^([A-Za-z0-9+/]{4,}={0,2})(?:,\d{1,5})?$/;

/** Suricata's datasets: a value a line, names and URLs in base64, hashes in hex; after a comma a number of the user's own. */
export const dataset: TextFormat = {
  kind: 'text',
  name: 'suricata_dataset',
  recognises: ({ rows }) =>
    rows.length > 0 &&
    rows.every((row) => DATASET.test(row)) &&
    rows.some((row) => /,\d+$/.test(row) || unpacked(row) !== null),
  reader: () => (line) => {
    const text = line.trim();
    return text === '' || text.startsWith('#') ? null : value(text);
  },
};

function value(text: string): Found {
  const written = text.replace(/,\d{1,5}$/, '');
  return { entry: defangedEntry(unpacked(text) ?? written) };
}

/** What stands in base64, where that is a name or a URL; hex is base64 by its letters too. */
function unpacked(row: string): string | null {
  const written = DATASET.exec(row)?.[1];
  if (
    written === undefined ||
    written.length % 4 !== 0 ||
    /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(written)
  )
    return null;
  const text = Buffer.from(written, 'base64').toString('latin1');
  return /^[\x21-\x7e]+$/.test(text) && /[.:]/.test(text) ? text : null;
}
