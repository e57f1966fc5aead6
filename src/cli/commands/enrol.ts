import { type Command, EXIT } from '../command.ts';
import { dataOptions, DRY_RUN, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { counted } from '../table.ts';

export const enrol: Command = {
  name: 'enrol',
  summary: 'Adopt discovered entities into the fleet',
  about:
    'Adopts those whose id, kind, maker, model or site holds the text. See first what that would be: --dry-run.',
  options: {
    discovered: {
      kind: 'flag',
      isRequired: true,
      about: 'Those that no inventory lists; the only ones that can be adopted',
    },
    match: {
      kind: 'text',
      value: 'TEXT',
      isRequired: true,
      about: 'Part of an id, kind, maker, model or site; * for all',
    },
    'dry-run': DRY_RUN,
    reason: REASON,
    ...dataOptions(),
  },
  examples: [
    'stance enrol --discovered --match "*" --dry-run',
    'stance enrol --discovered --match printer --reason "spring audit"',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const result = await withOperations(invocation, (operations) =>
      operations.enrol({
        match: args.must('match'),
        dryRun: args.flag('dry-run'),
        actor: actorOf(invocation),
        reason: args.text('reason'),
      }),
    );
    terminal.answer(result, () =>
      [
        ...result.enrolled.map((id) => `+ ${id}`),
        `${result.dryRun ? 'Would enrol' : 'Enrolled'} ${counted(result.enrolled.length, 'entity', 'entities')}.`,
      ].join('\n'),
    );
    return EXIT.ok;
  },
};
