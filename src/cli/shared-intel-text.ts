import type { IntelSealed, LookupAnswer } from '../operations/index.ts';
import { columns, counted, grouped } from './table.ts';
import type { Terminal } from './terminal.ts';

export function sealedText({ path, bytes, indicators, valid_until, key, seconds }: IntelSealed): string {
  return [
    `${counted(indicators, 'indicator')} sealed in ${path} (${grouped(bytes)} bytes, ${seconds.toFixed(1)} s), good until ${valid_until}.`,
    `Whoever asks about it should expect --key ${key}`,
  ].join('\n');
}

/** A row for each, and what the service got to see. */
export function sharedText({ list, elements_sent, answers }: LookupAnswer, terminal: Terminal): string {
  const header = ['Indicator', 'Reputation', 'Categories', 'Sources', 'Last seen', 'Matched'];
  const [head = '', ...body] = columns(
    [
      header,
      ...answers.map(({ indicator, reputation, categories, feed_sources, last_seen, matched, problem }) => [
        indicator,
        problem === null ? reputation : 'not asked',
        problem ?? categories.join(' '),
        String(feed_sources),
        last_seen?.slice(0, 10) ?? '',
        matched ?? '',
      ]),
    ],
    [3],
  );
  return [
    terminal.paint('bold', head),
    ...body,
    '',
    `From a list of ${counted(list.indicators, 'indicator')}, made at ${list.made_at}. The service saw ${counted(elements_sent, 'random element')}, and no indicator.`,
  ].join('\n');
}
