/**
 * Whether the labels below a domain may carry data instead of naming a service (contract §4: a DNS tunnel's
 * names are never revealed). Errs on the side of silence: an honest name that looks encoded is merely not shown.
 *
 * Certain: more than 24 characters in a label, 48 in all, or 6 labels. Below that a judgement by entropy,
 * digits and letter pairs: it misses under 1 % of labels of 16 to 24 characters in hexadecimal, base 32 or
 * base 64 (tested), and more of shorter ones, which hold little and still must be stable to be shown.
 */
export function looksEncoded(labels: readonly string[]): boolean {
  const joined = labels.join('');
  if (labels.length > MOST_LABELS || joined.length > MOST_CHARACTERS) return true;
  return digitsOf(joined) >= 6 || HEX_DATA.test(joined) || labels.some(labelLooksEncoded);
}

const MOST_LABELS = 6;
const MOST_CHARACTERS = 48;
const MOST_LABEL_CHARACTERS = 24;
/** Bits per character; words of 24 letters reach 3.6, random base 32 of that length 4. */
const MOST_ENTROPY_BITS = 3.7;
/** Hexadecimal digits of both sorts: half a MAC address, the head of a hash. */
const HEX_DATA = /(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}/;
/** Share of common letter pairs; words have about 0.7, random letters 0.15. */
const LEAST_COMMON_PAIRS = 0.4;

/** The hundred most common letter pairs of English words. */
const COMMON_PAIRS: ReadonlySet<string> = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ' +
    'ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ' +
    'ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os'
  ).split(' '),
);

function labelLooksEncoded(label: string): boolean {
  if (label.length > MOST_LABEL_CHARACTERS || entropyBits(label) > MOST_ENTROPY_BITS) return true;
  if (label.split(/[-_]/).some((word) => word.length >= 8 && /[a-z]\d+[a-z]/.test(word))) return true;
  const letters = label.replaceAll(/[^a-z]/g, '');
  return letters.length >= 8 && unlikeWords(letters);
}

function unlikeWords(letters: string): boolean {
  let common = 0;
  for (let i = 0; i + 1 < letters.length; i++) if (COMMON_PAIRS.has(letters.slice(i, i + 2))) common++;
  return common / (letters.length - 1) < LEAST_COMMON_PAIRS;
}

function digitsOf(text: string): number {
  return text.match(/\d/g)?.length ?? 0;
}

/** Shannon entropy of a text's characters, in bits per character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
