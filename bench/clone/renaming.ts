/** What is somebody's own: ids, the fleet's addresses, fingerprints of MACs, host names and accounts. */
const OWN = /^(?:(?:dev|usr|wkl|ano|inc)_[a-z0-9_.-]+|10(?:\.\d{1,3}){3}|[0-9a-f]{32})$/;
const OWN_IN_JSON = /"((?:dev|usr|wkl|ano|inc)_[a-z0-9_.-]+|10(?:\.\d{1,3}){3}|[0-9a-f]{32})"/g;
const FINGERPRINT_TAIL = 6;

/** Fresh names for copies of a fleet: the same text of the same copy always has the same one, of the same kind. */
export class Renaming {
  readonly #copies: number;
  readonly #addresses = new Map<string, number>();

  constructor(copies: number) {
    this.#copies = copies;
  }

  /** Whether copies may not share the text. */
  isOwn(text: string): boolean {
    return OWN.test(text);
  }

  text(text: string, copy: number): string {
    return this.isOwn(text) ? flat(this.#fresh(text, copy)) : text;
  }

  /** A text that is somebody's own, or JSON in which such texts stand. */
  said(text: string, copy: number): string {
    if (this.isOwn(text)) return this.#fresh(text, copy);
    return text.replace(OWN_IN_JSON, (_, own: string) => `"${this.#fresh(own, copy)}"`);
  }

  /** A value as it comes out of a snapshot: no text of it is shared with another copy's. */
  value(json: string, copy: number): unknown {
    return JSON.parse(this.said(json, copy));
  }

  #fresh(text: string, copy: number): string {
    if (text.startsWith('10.')) return this.#address(text, copy);
    if (text[3] === '_') return `${text}-${copy.toString(36)}`;
    return text.slice(0, -FINGERPRINT_TAIL) + copy.toString(16).padStart(FINGERPRINT_TAIL, '0');
  }

  #address(address: string, copy: number): string {
    const number = this.#addresses.get(address) ?? this.#addresses.size;
    this.#addresses.set(address, number);
    const host = number * this.#copies + copy + 1;
    if (host >= 2 ** 24) throw new RangeError('bench: 10.0.0.0/8 has no more addresses for copies');
    return `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`;
  }
}

/** Put together from pieces, a text would be kept as its pieces. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
