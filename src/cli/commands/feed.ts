import { resolve } from 'node:path';
import { OperationError } from '../../app/index.ts';
import { FEED_FORMATS, THREAT_CATEGORIES } from '../../model/index.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { counted, grouped } from '../table.ts';

const FORMATS = ['auto', ...FEED_FORMATS] as const;

export const feedImport: Command = {
  name: 'feed import',
  summary: 'Make a threat feed active',
  about:
    'One feed in any format that "stance intel import" knows, under an id of your choice. It replaces the feed of the same id, whole.',
  positionals: [{ name: 'FILE', about: 'The feed' }],
  options: {
    id: { kind: 'text', value: 'ID', about: "Name of the feed [the file's name]" },
    format: { kind: 'text', value: 'FORMAT', fallback: 'auto', choices: FORMATS, about: 'How it is written' },
    category: {
      kind: 'text',
      value: 'WORD',
      choices: THREAT_CATEGORIES,
      about: 'What all of it is used for',
    },
    confidence: {
      kind: 'number',
      value: 'N',
      least: 0,
      most: 1,
      about: 'How sure it is where it does not say, 0 to 1',
    },
    ...dataOptions(),
  },
  examples: [
    'stance feed import feodo.intel',
    'stance feed import blocklist.txt --id blocklist --category scanner --confidence 0.6',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      path: resolve(args.positionals[0] ?? ''),
      id: args.text('id'),
      format: formatOf(invocation),
      category: args.text('category'),
      confidence: args.number('confidence'),
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, (operations) => operations.feed_import(request));
    const skipped = Object.entries(result.skipped).map(([what, count]) => `${grouped(count)} ${what}`);
    terminal.answer(
      result,
      () =>
        `Feed ${result.feed} is active: ${counted(result.listed, 'indicator')}, ${grouped(result.refused)} refused` +
        `${skipped.length === 0 ? '' : `, skipped ${skipped.join(', ')}`}.`,
    );
    return EXIT.ok;
  },
};

function formatOf({ args }: Invocation): (typeof FORMATS)[number] {
  const format = FORMATS.find((each) => each === args.text('format'));
  if (format === undefined)
    throw new OperationError('invalid_format', `--format is one of ${FORMATS.join(', ')}`);
  return format;
}
