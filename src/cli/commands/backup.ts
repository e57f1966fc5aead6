import { resolve } from 'node:path';
import type { BackupResult } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';
import { counted } from '../table.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Back up a data directory, also while Stance runs on it',
  about:
    'One consistent moment: the journal, the sealing keys, the tokens and the configuration file, in a new directory ' +
    'that gets its name when all of it is on disk. Ingestion goes on meanwhile. The backup contains the keys: keep it ' +
    'as safe as the data directory itself.',
  options: {
    to: { kind: 'text', value: 'DIR', isRequired: true, about: 'The backup to make; must not exist yet' },
    ...dataOptions(),
  },
  examples: [
    'stance backup --data /var/lib/stance --to /backup/stance-monday',
    'stance backup --data /var/lib/stance --to /backup/stance-2026-05-21 --json',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const to = resolve(args.must('to'));
    const result = await withOperations(
      invocation,
      (operations, progress) => operations.backup({ to }, progress),
      { unconfigured: true },
    );
    terminal.answer(result, () => backupText(result));
    return EXIT.ok;
  },
};

function backupText({ path, records, entities, bytes, files, stateHash }: BackupResult): string {
  return [
    `Backed up ${counted(records, 'record')} and ${counted(entities, 'entity', 'entities')}: ` +
      `${counted(bytes, 'byte')} in ${counted(files, 'file')}, ${path}`,
    `State hash ${stateHash}`,
    'It contains the sealing keys: keep it as safe as the data directory.',
  ].join('\n');
}
