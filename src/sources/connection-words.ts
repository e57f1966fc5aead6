import { LIMITS, parseAddress } from '../model/index.ts';
import { identifier, macAddress } from './wire-values.ts';
import { WordNumbers } from './word-numbers.ts';

/** The words that the rows of connections refer to by number. */
export class ConnectionWords {
  /** Canonical text, `Address`. */
  readonly addresses: WordNumbers;
  readonly services: WordNumbers;
  /** `aa:bb:cc:dd:ee:ff`. */
  readonly macs: WordNumbers;

  /** @param capacity how many spellings of each are remembered */
  constructor(capacity: number = LIMITS.wordSpellings) {
    this.addresses = new WordNumbers(parseAddress, capacity);
    this.services = new WordNumbers(identifier, capacity);
    this.macs = new WordNumbers(macAddress, capacity);
  }

  /** Whether further rows should be in terms of new words: a scan by invented addresses costs bounded memory. */
  get isFull(): boolean {
    return this.addresses.isFull || this.services.isFull || this.macs.isFull;
  }
}
