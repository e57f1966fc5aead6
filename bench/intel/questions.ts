// What is asked of the table and of its peers: texts as they come from a file.
import { type Kind, kindOf, textOf } from './indicators.ts';

export type What = 'address' | 'domain' | 'hash';

const KINDS: Readonly<Record<What, readonly Kind[]>> = {
  address: ['ipv4', 'ipv6'],
  domain: ['registrable', 'host'],
  hash: ['sha256', 'sha1', 'md5'],
};

export class TextsToAsk {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;

  /** Of `count` listed ones, or of those that follow them; of domains, every other is a host below a listed one. */
  constructor(what: What, listed: boolean, count: number, questions: number) {
    const texts: string[] = [];
    // A stride that meets them in no order.
    for (let turn = 0; texts.length < questions; turn++) {
      const nth = ((turn * 7_919_001) % count) + (listed ? 0 : count);
      const kind = kindOf(nth);
      if (!KINDS[what].includes(kind)) continue;
      const text = textOf(kind, nth);
      texts.push(what === 'domain' && turn % 2 === 0 ? `www.${text}` : text);
    }
    this.#bytes = Buffer.from(texts.join(''), 'latin1');
    let end = 0;
    this.#ends = Uint32Array.from(texts, ({ length }) => (end += length));
  }

  /** The texts, made anew: one that was looked for once remembers its hash. */
  fresh(): string[] {
    let start = 0;
    return Array.from(this.#ends, (end) => {
      const text = this.#bytes.toString('latin1', start, end);
      start = end;
      return text;
    });
  }
}
