import { type IndicatorType, parseAddress } from '../../model/index.ts';
import { addressWords } from './key-words.ts';

export type ValuePages = readonly Uint8Array[];

/** No value goes over the end of a page. */
const PAGE = 1 << 16;
/** How a value stands: in as few bytes as its canonical text needs, or as that text. 0 is what is left of a page. */
const FORM = { domain: 1, ip: 2, hash: 3, ipv4: 4, md5: 5, sha1: 6, sha256: 7 } as const;
const TEXT_TYPE: Readonly<Record<number, IndicatorType>> = {
  [FORM.domain]: 'domain',
  [FORM.ip]: 'ip',
  [FORM.hash]: 'hash',
};
const HASH_BYTES: Readonly<Record<number, number>> = { [FORM.md5]: 16, [FORM.sha1]: 20, [FORM.sha256]: 32 };
const HASH_FORM: Readonly<Record<number, number>> = { 32: FORM.md5, 40: FORM.sha1, 64: FORM.sha256 };
const LOWER_HEX = /^[0-9a-f]+$/;
/** Of a text: its form and its length before it. */
const TEXT_HEAD = 3;

/** Values of listings, one after the other, in pages. */
export class KeptValues {
  static readonly page = PAGE;
  readonly pages: Buffer[] = [];
  readonly #words = new Uint32Array(8);
  #at = PAGE;

  push(type: IndicatorType, value: string): void {
    if (type === 'ip' && this.#isV4(value)) return this.pushV4(this.#words[0] as number);
    const hash = type === 'hash' && LOWER_HEX.test(value) ? HASH_FORM[value.length] : undefined;
    if (hash !== undefined) {
      const length = value.length / 2;
      const page = this.#room(1 + length);
      page[this.#at] = hash;
      page.write(value, this.#at + 1, 'hex');
      this.#at += 1 + length;
      return;
    }
    const length = Buffer.byteLength(value);
    if (TEXT_HEAD + length > PAGE) throw new TypeError(`a value of ${length} bytes is no ${type}`);
    const page = this.#room(TEXT_HEAD + length);
    page[this.#at] = FORM[type];
    page.writeUInt16LE(length, this.#at + 1);
    page.write(value, this.#at + TEXT_HEAD);
    this.#at += TEXT_HEAD + length;
  }

  pushV4(address: number): void {
    const page = this.#room(5);
    page[this.#at] = FORM.ipv4;
    page.writeUInt32BE(address, this.#at + 1);
    this.#at += 5;
  }

  /** Of 4, 5 or 8 words. */
  pushHash(words: Uint32Array): void {
    const page = this.#room(1 + 4 * words.length);
    page[this.#at] = HASH_FORM[8 * words.length] as number;
    for (let i = 0; i < words.length; i++) page.writeUInt32BE(words[i] as number, this.#at + 1 + 4 * i);
    this.#at += 1 + 4 * words.length;
  }

  static *in(pages: ValuePages): Generator<readonly [IndicatorType, string]> {
    for (const each of pages) {
      const page = Buffer.from(each.buffer, each.byteOffset, each.byteLength);
      for (let at = 0; at < PAGE; ) {
        const form = page[at] as number;
        if (form === 0) break;
        const type = TEXT_TYPE[form];
        const bytes = HASH_BYTES[form];
        if (type !== undefined) {
          const end = at + TEXT_HEAD + page.readUInt16LE(at + 1);
          yield [type, page.toString('utf8', at + TEXT_HEAD, end)];
          at = end;
        } else if (bytes !== undefined) {
          yield ['hash', page.toString('hex', at + 1, at + 1 + bytes)];
          at += 1 + bytes;
        } else {
          yield ['ip', `${page[at + 1]}.${page[at + 2]}.${page[at + 3]}.${page[at + 4]}`];
          at += 5;
        }
      }
    }
  }

  #isV4(value: string): boolean {
    return !value.includes('/') && parseAddress(value) === value && addressWords(value, this.#words) === 4;
  }

  #room(bytes: number): Buffer {
    if (this.#at + bytes > PAGE) {
      // Shared: another thread reads them where they are.
      this.pages.push(Buffer.from(new SharedArrayBuffer(PAGE)));
      this.#at = 0;
    }
    return this.pages.at(-1) as Buffer;
  }
}
