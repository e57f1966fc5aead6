import { LIMITS, parseAddress } from '../model/index.ts';
import { identifier, macAddress } from './wire-values.ts';
import { WordNumbers } from './word-numbers.ts';

/** The words that the rows of connections refer to by number. */
export class ConnectionWords {
  /** Canonical text, `Address`. */
  readonly addresses = new WordNumbers(parseAddress, LIMITS.wordSpellings);
  readonly services = new WordNumbers(identifier, LIMITS.wordSpellings);
  /** `aa:bb:cc:dd:ee:ff`. */
  readonly macs = new WordNumbers(macAddress, LIMITS.wordSpellings);

  /** Whether further rows should be in terms of new words: a scan by invented addresses costs bounded memory. */
  get isFull(): boolean {
    return this.addresses.isFull || this.services.isFull || this.macs.isFull;
  }
}
