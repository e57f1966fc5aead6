/** The words of a key, most significant first, read from its canonical text into `words`. */

const COLON = 58;
const DOT = 46;

/** What a unit says as a digit of hex, -1 for nothing; units beyond ASCII share a place that says nothing. */
const DIGITS = new Int8Array(129).fill(-1);
for (const [digit, unit] of Buffer.from('0123456789abcdef').entries()) DIGITS[unit] = digit;

/**
 * An address in canonical text. Gives its family.
 * @throws TypeError what is no canonical address
 */
export function addressWords(text: string, words: Uint32Array): 4 | 6 {
  const value = ipv4Value(text);
  if (value !== -1) {
    words[0] = value;
    return 4;
  }
  if (!ipv6Words(text, words)) throw new TypeError('not a canonical address');
  return 6;
}

/** Lower-case hex digits, eight to a word; `false` for anything else. */
export function hexWords(text: string, words: Uint32Array): boolean {
  // Negative as soon as one was none: digits and letters come in no order, and a branch for each is guessed wrongly.
  let all = 0;
  for (let at = 0; at < text.length; at += 8) {
    let word = 0;
    for (let i = at; i < at + 8; i++) {
      const digit = digitOf(text.charCodeAt(i));
      all |= digit;
      word = (word << 4) | digit;
    }
    words[at >>> 3] = word;
  }
  return all >= 0;
}

function ipv4Value(text: string): number {
  if (text.length > 15) return -1;
  let value = 0;
  let octet = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === DOT) {
      value = (value << 8) | octet;
      octet = 0;
      dots++;
    } else if (unit >= 48 && unit <= 57) octet = octet * 10 + unit - 48;
    else return -1;
    if (octet > 255) return -1;
  }
  return dots === 3 ? ((value << 8) | octet) >>> 0 : -1;
}

const groups = new Uint16Array(8);

function ipv6Words(text: string, words: Uint32Array): boolean {
  let count = 0;
  /** Where the zeros stand that `::` leaves out. */
  let gap = -1;
  let group = -1;
  for (let i = 0; i <= text.length; i++) {
    const unit = i < text.length ? text.charCodeAt(i) : COLON;
    if (unit !== COLON) {
      const digit = digitOf(unit);
      if (digit === -1 || group > 0xfff) return false;
      group = (group === -1 ? 0 : group << 4) | digit;
      continue;
    }
    if (group !== -1) {
      if (count === 8) return false;
      groups[count++] = group;
      group = -1;
    }
    if (text.charCodeAt(i + 1) === COLON) gap = count;
  }
  if (gap === -1 ? count !== 8 : count === 8) return false;
  const zeros = 8 - count;
  for (let i = 0; i < 8; i += 2) words[i >>> 1] = (groupAt(i, gap, zeros) << 16) | groupAt(i + 1, gap, zeros);
  return true;
}

function groupAt(place: number, gap: number, zeros: number): number {
  if (place < gap) return groups[place] as number;
  return place < gap + zeros ? 0 : (groups[place - zeros] as number);
}

function digitOf(unit: number): number {
  return DIGITS[Math.min(unit, 128)] as number;
}
