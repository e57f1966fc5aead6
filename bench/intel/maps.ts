// The peer: JS Maps of the same listings, as the product held them before it had the table.
import type { Listed } from '../../src/exposure/index.ts';
import { fingerprint, listings } from './indicators.ts';
import type { What } from './questions.ts';

const WHATS = { ip: 'address', domain: 'domain', hash: 'hash' } as const;

export class MapsOfListings {
  readonly #maps: Readonly<Record<What, Map<string, Listed[]>>> = {
    address: new Map(),
    domain: new Map(),
    hash: new Map(),
  };
  /** Host names by their fingerprints, as events hold them. */
  readonly #sealed = new Map<string, Listed[]>();

  constructor(count: number) {
    for (const listed of listings(count)) {
      const value = flat(listed.value);
      const all = [{ ...listed, value }];
      this.#maps[WHATS[listed.type]].set(value, all);
      if (isHost(listed)) this.#sealed.set(fingerprint(value), all);
    }
  }

  /** What is listed of a text, or of the nearest parent of a name. */
  find(what: What, text: string): readonly Listed[] | undefined {
    const map = this.#maps[what];
    if (what !== 'domain') return map.get(text);
    for (let name = text; ; name = name.slice(name.indexOf('.') + 1)) {
      const found = map.get(name);
      if (found !== undefined || !name.includes('.')) return found;
    }
  }
}

/** Every name here that begins so is one below a registrable domain. */
function isHost({ type, value }: Listed): boolean {
  return type === 'domain' && value.split('.').length > 2 + Number(/\.(?:uk|br|io|dev)$/.test(value));
}

/** In one piece, as a text that was read from a file: not the pieces that it was joined of. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
