import { describe, expect, test } from 'vitest';
import { parseAddress } from '../model/index.ts';
import { LastingNumbers } from './lasting-numbers.ts';
import { WordNumbers } from './word-numbers.ts';
import { WordPlaces } from './word-places.ts';

function logOf(...addresses: string[]): WordNumbers {
  return new WordNumbers(parseAddress, 100, addresses);
}

/** A record that is gathered from logs, each by its words and the numbers there. */
function record(places: WordPlaces, numbers: LastingNumbers, ...logs: [WordNumbers, ...number[]][]) {
  for (const [words, ...some] of logs) {
    places.turnTo(words);
    for (const number of some) places.of(number);
  }
  const texts = places.finished();
  const { generation, of } = numbers.finished();
  return { generation, called: texts.map((text, index) => [text, of[index]]) };
}

describe('numbers that last over the records of a reading', () => {
  function gathering(most?: number) {
    const numbers = new LastingNumbers(most);
    return { numbers, places: new WordPlaces((words, number) => numbers.add(words, number)) };
  }

  test('[CORES-2] are the same in each of them, wherever the word stands', () => {
    const { numbers, places } = gathering();
    const log = logOf('192.0.2.1', '192.0.2.2', '192.0.2.3');
    expect(record(places, numbers, [log, 2, 1, 2]).called).toEqual([
      ['192.0.2.2', 1],
      ['192.0.2.1', 2],
    ]);
    expect(record(places, numbers, [log, 3, 1]).called).toEqual([
      ['192.0.2.3', 3],
      ['192.0.2.1', 2],
    ]);
  });

  test('[CORES-2] are apart for what two logs number alike', () => {
    const { numbers, places } = gathering();
    const [one, other] = [logOf('192.0.2.1', '192.0.2.9'), logOf('192.0.2.9', '192.0.2.7')];
    // The second log's first word is the first log's second: it has its place already.
    expect(record(places, numbers, [one, 1, 2], [other, 1, 2]).called).toEqual([
      ['192.0.2.1', 1],
      ['192.0.2.9', 2],
      ['192.0.2.7', 3],
    ]);
    expect(record(places, numbers, [other, 1, 2]).called).toEqual([
      ['192.0.2.9', 4],
      ['192.0.2.7', 3],
    ]);
  });

  test('[CORES-2] begin anew with a record, once there are as many as may be', () => {
    const { numbers, places } = gathering(2);
    const log = logOf('192.0.2.1', '192.0.2.2', '192.0.2.3');
    const first = record(places, numbers, [log, 1, 2, 3]);
    const second = record(places, numbers, [log, 3]);
    expect(first.called.map(([, number]) => number)).toEqual([1, 2, 3]);
    expect(second.called).toEqual([['192.0.2.3', 1]]);
    expect(second.generation).not.toBe(first.generation);
  });

  test('[CORES-2] go on when a log has got more words', () => {
    const { numbers, places } = gathering();
    const log = logOf('192.0.2.1');
    record(places, numbers, [log, 1]);
    for (let last = 2; last < 100; last++) {
      const bytes = Buffer.from(`192.0.2.${last}`);
      log.numberOf(
        { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) },
        0,
        bytes.length,
      );
    }
    expect(record(places, numbers, [log, 99, 1]).called).toEqual([
      ['192.0.2.99', 2],
      ['192.0.2.1', 1],
    ]);
  });
});
