/**
 * Words that must never come out again. Each is unique and names where it was put, so that one that is found
 * says which field let it through.
 */
export class Canaries {
  readonly #placed = new Map<string, string>();

  /** A new canary: eleven lower-case letters, fit for a DNS label, a name, a path. */
  word(where: string): string {
    let rest = this.#placed.size;
    let letters = '';
    for (let i = 0; i < 4; i++) {
      letters = String.fromCharCode(97 + (rest % 26)) + letters;
      rest = Math.floor(rest / 26);
    }
    return this.place(`kanarzq${letters}`, where);
  }

  /** Any other text that must not come out, such as a MAC address. */
  place(text: string, where: string): string {
    this.#placed.set(text, where);
    return text;
  }

  get size(): number {
    return this.#placed.size;
  }

  /** Where each canary that stands in these bytes had been put, in whatever usual spelling it stands there. */
  foundIn(bytes: Buffer): readonly string[] {
    const exact = bytes.toString('latin1');
    // UTF-16 and UTF-32 of these letters are the letters with zeros between.
    const folded = exact.replaceAll('\0', '').toLowerCase();
    const found: string[] = [];
    for (const [text, where] of this.#placed) {
      const { anyCase, asIs } = spellings(text);
      if (anyCase.some((form) => folded.includes(form)) || asIs.some((form) => exact.includes(form)))
        found.push(`${where}: ${text}`);
    }
    return found;
  }
}

interface Spellings {
  readonly anyCase: readonly string[];
  readonly asIs: readonly string[];
}

const known = new Map<string, Spellings>();

function spellings(text: string): Spellings {
  const made = known.get(text) ?? makeSpellings(text);
  known.set(text, made);
  return made;
}

function makeSpellings(text: string): Spellings {
  const bytes = [...Buffer.from(text.toLowerCase())].map((byte) => byte.toString(16).padStart(2, '0'));
  return {
    anyCase: [
      text.toLowerCase(),
      Array.from(text.toLowerCase()).toReversed().join(''),
      bytes.join(''),
      bytes.join(' '),
      bytes.map((byte) => `%${byte}`).join(''),
      bytes.map((byte) => `\\x${byte}`).join(''),
      bytes.map((byte) => `\\u00${byte}`).join(''),
    ],
    asIs: [0, 1, 2].flatMap((shift) => [base64At(text, shift), base64At(text.toUpperCase(), shift)]),
  };
}

/** What base 64 makes of the text wherever in a longer one it stands, without the characters that mix it with its neighbours. */
function base64At(text: string, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  const encoded = whole.toString('base64').replaceAll('=', '');
  return encoded.slice(shift === 0 ? 0 : shift + 1, Math.floor((whole.length * 8) / 6));
}
