import { resolve } from 'node:path';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';

export const profileShow: Command = {
  name: 'profile show',
  summary: 'The scoring profile in force',
  about: 'Weights, steps, severities and half-lives, as the file that `profile apply` takes.',
  positionals: [],
  options: dataOptions(),
  examples: ['stance profile show --data /var/lib/stance > profile.json'],
  async run(invocation) {
    const { profile } = await withOperations(invocation, (operations) => operations.profile_show({}));
    invocation.terminal.answer(profile, () => JSON.stringify(profile, null, 2));
    return EXIT.ok;
  },
};

export const profileApply: Command = {
  name: 'profile apply',
  begins: true,
  summary: 'Put a scoring profile in force',
  about:
    'Whole or not at all. Every score follows it from now on; what was answered before keeps its own profile. A changed profile needs a version of its own.',
  positionals: [{ name: 'FILE', about: 'The profile, JSON; begin with `stance profile show`' }],
  options: dataOptions(),
  examples: ['stance profile apply profile.json --data /var/lib/stance'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const path = resolve(args.positionals[0] ?? '');
    const result = await withOperations(invocation, (operations) =>
      operations.profile_apply({ path, actor: actorOf(invocation) }),
    );
    terminal.answer(result, () =>
      result.changed
        ? `Profile ${result.version} is in force.`
        : `Profile ${result.version} was in force already.`,
    );
    return EXIT.ok;
  },
};
