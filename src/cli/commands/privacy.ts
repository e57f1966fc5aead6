import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { counted } from '../table.ts';

export const privacyErase: Command = {
  name: 'privacy erase',
  summary: 'Forget people for good: index, state, history, journal',
  about:
    'All of them, or nobody. What is kept of before is the state of this moment alone, without them: the journal up to here and older snapshots are dropped, so that a dry run of policies has no past to try itself on, and nothing of it can be undone. That it was done is on record, of whom is not. Reports what it cannot reach.',
  positionals: [{ name: 'USER', about: 'A UPN as it is used to sign in, or a usr_ id', isMany: true }],
  options: dataOptions(),
  examples: ['stance privacy erase sarah@acmecorp.com', 'stance privacy erase usr_4k2m9x7q1a --json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { users: args.positionals, actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations, progress) =>
      operations.privacy_erase(request, progress),
    );
    terminal.answer(result, () =>
      [
        `${counted(result.erased, 'person is', 'people are')} forgotten; the journal begins with record ${result.journal_begins}.`,
        'Out of reach:',
        ...result.out_of_reach.map((each) => `  - ${each}`),
      ].join('\n'),
    );
    return EXIT.ok;
  },
};
