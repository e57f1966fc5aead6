import type { StatusReport } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';
import { columns, counted, grouped } from '../table.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show how far the data is',
  about:
    'Nothing is changed by it. The state hash is over everything that follows from the records: equal hashes are equal ' +
    'answers. Events and questions wait while it is taken.',
  options: {
    hash: { kind: 'flag', about: 'Also the hash of the whole state' },
    ...dataOptions(),
  },
  examples: ['stance status', 'stance status --hash --data /var/lib/stance --json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const report = await withOperations(
      invocation,
      (operations, progress) => operations.status({ hash: args.flag('hash') }, progress),
      { unconfigured: true },
    );
    terminal.answer(report, () => statusText(report));
    return EXIT.ok;
  },
};

function statusText({
  directory,
  records,
  events,
  late,
  entities,
  now,
  stateHash,
  boundsReached,
  setAside,
  unfinishedErasure,
  outputs,
}: StatusReport): string {
  const rows = [
    ['Directory', directory],
    ['Records', grouped(records)],
    ['Events', `${grouped(events)}, ${grouped(late)} of them late`],
    ['Entities', grouped(entities)],
    ['Time of the data', now ?? 'none yet'],
    ...(stateHash === null ? [] : [['State hash', stateHash]]),
    ...(boundsReached.length === 0
      ? []
      : [['Bounds', `reached: ${boundsReached.join(', ')}; see stance doctor`]]),
    ...(setAside === 0 ? [] : [['Set aside', `${counted(setAside, 'record')}; see stance set-aside list`]]),
    ...(unfinishedErasure === 0
      ? []
      : [['Erasure', `of ${counted(unfinishedErasure, 'user')} unfinished; see stance doctor`]]),
    ...outputs.map(({ id, waiting, lost, lastError }) => [
      `Output ${id}`,
      [
        counted(waiting, 'change waits', 'changes wait'),
        ...(lost === null ? [] : [`${counted(lost.changes, 'change')} forgotten unsent`]),
        ...(lastError === null ? [] : [lastError.message]),
      ].join('; '),
    ]),
  ];
  return columns(rows).join('\n');
}
