import { resolve } from 'node:path';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { counted } from '../table.ts';

export const policyApply: Command = {
  name: 'policy apply',
  summary: 'Put a policy file in force',
  about: 'It replaces all policies, whole: one mistake in the file and the old ones stay.',
  positionals: [{ name: 'FILE', about: 'The policies, YAML or JSON' }],
  options: dataOptions(),
  examples: ['stance policy apply policies.yaml --data /var/lib/stance'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const path = resolve(args.positionals[0] ?? '');
    const result = await withOperations(invocation, (operations) =>
      operations.policy_apply({ path, actor: actorOf(invocation) }),
    );
    terminal.answer(result, () => `${counted(result.policies, 'policy', 'policies')} in force.`);
    return EXIT.ok;
  },
};
