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

export const privacyRotate: Command = {
  name: 'privacy rotate',
  summary: 'Seal accounts under a new key; baselines stay',
  about:
    'Who is seen again within retention.key_overlap_days (30) keeps id, baseline and history, and the old key is destroyed as soon as nobody needs it. Who is not seen stays under the usr_ id, and is not found by a name any more. Keys of devices and names are not changed.',
  options: {
    finish: { kind: 'flag', about: 'End a change that is under way: destroy the old key now' },
    ...dataOptions(),
  },
  examples: ['stance privacy rotate', 'stance privacy rotate --finish'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { finish: args.flag('finish'), actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) => operations.privacy_rotate(request));
    terminal.answer(result, () =>
      result.waiting === null
        ? `Accounts are sealed under the key of epoch ${result.epoch}; the one before is destroyed.`
        : `Accounts are sealed under the key of epoch ${result.epoch}; ${counted(result.waiting, 'user is', 'users are')} still to be seen under it.`,
    );
    return EXIT.ok;
  },
};
