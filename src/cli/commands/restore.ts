import { resolve } from 'node:path';
import { realEffects } from '../../effects/index.ts';
import { restoreBackup, type RestoreResult } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { reporter } from '../log.ts';
import { DATA } from '../options.ts';
import { dataDirectory } from '../place.ts';
import { progressLine } from '../progress.ts';
import { counted } from '../table.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'Restore a backup into an empty data directory',
  about:
    'Verifies every file before it writes anything, replays the journal, and compares the state with the one that was ' +
    'backed up; only then the directory gets its name. One damaged byte and nothing is restored.',
  options: {
    from: { kind: 'text', value: 'BACKUP', isRequired: true, about: 'What stance backup made' },
    data: { ...DATA, about: 'Data directory, missing or empty (STANCE_DATA)' },
  },
  examples: ['stance restore --from /backup/stance-monday --data /var/lib/stance'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { from: resolve(args.must('from')), dir: dataDirectory(invocation) };
    const progress = progressLine(terminal);
    try {
      const result = await restoreBackup(request, realEffects(reporter(terminal)), progress.report);
      progress.end();
      terminal.answer(result, () => restoreText(result));
    } finally {
      progress.end();
    }
    return EXIT.ok;
  },
};

function restoreText(result: RestoreResult): string {
  const { directory, records, entities, stateHash, isStateEqual, createdAt, madeBy } = result;
  return [
    `Restored ${counted(records, 'record')} and ${counted(entities, 'entity', 'entities')} ` +
      `of ${createdAt} to ${directory}`,
    `State hash ${stateHash}`,
    isStateEqual
      ? 'It is the state that was backed up.'
      : `The records are those that were backed up. Release ${madeBy}, which made the backup, derived another state from them.`,
  ].join('\n');
}
