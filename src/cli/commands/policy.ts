import { resolve } from 'node:path';
import { checkPolicies } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { checkText, dryRunText, listText, warningLines } from '../policy-text.ts';
import { counted } from '../table.ts';

const FILES = {
  name: 'FILE',
  about: 'Policies of Stance, Kubernetes or Cilium; YAML or JSON',
  isMany: true,
} as const;

const NAMED_DATA = {
  kind: 'text',
  value: 'DIR',
  about: 'Also name what means nobody in this directory',
} as const;

export const policyCheck: Command = {
  name: 'policy check',
  summary: 'Say what is wrong with policy files, by line and field',
  about:
    'Reads the files as they would be put in force together, and changes nothing. The exit code is 1 where anything is ' +
    'refused. Needs no data directory; with --data it also names what means nobody there.',
  positionals: [FILES],
  options: { ...dataOptions(), data: NAMED_DATA },
  examples: [
    'stance policy check policies.yaml',
    'stance policy check policies.yaml --data /var/lib/stance',
    'stance policy check --json policies.yaml network-policies/*.yaml',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const paths = args.positionals.map((path) => resolve(path));
    const result = args.isGiven('data')
      ? await withOperations(invocation, (operations) => operations.policy_check({ paths }))
      : await checkPolicies(args.positionals);
    terminal.answer(result, () => checkText(result, terminal));
    return result.ok ? EXIT.ok : EXIT.failed;
  },
};

export const policyApply: Command = {
  name: 'policy apply',
  begins: true,
  summary: 'Put policy files in force',
  about: 'They replace all policies, whole: one mistake in a file and the old ones stay.',
  positionals: [FILES],
  options: { reason: REASON, ...dataOptions() },
  examples: [
    'stance policy apply policies.yaml --data /var/lib/stance',
    'stance policy apply policies.yaml cluster.yaml --reason "cameras moved"',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const paths = args.positionals.map((path) => resolve(path));
    const result = await withOperations(invocation, (operations) =>
      operations.policy_apply({ paths, actor: actorOf(invocation), reason: args.text('reason') }),
    );
    terminal.answer(result, () =>
      [
        `${counted(result.policies, 'policy', 'policies')} in force${result.changed ? '' : ' as before'}.`,
        ...warningLines(result.warnings, terminal),
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

export const policyList: Command = {
  name: 'policy list',
  summary: 'List the policies in force, and where they are seen to be enforced',
  options: dataOptions(),
  examples: ['stance policy list', 'stance policy list --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const result = await withOperations(invocation, (operations) => operations.policy_list({}));
    terminal.answer(result, () => listText(result, terminal));
    return EXIT.ok;
  },
};

export const policyDryRun: Command = {
  name: 'policy dry-run',
  summary: 'Show what policy files would have decided of all connections that are kept',
  about:
    'Every connection that the journal keeps is decided by the files, and by the policies in force beside them. Who an ' +
    'address was is taken as of its time; kinds, tags and what feeds list as they are now. Nothing is written.',
  positionals: [FILES],
  options: dataOptions(),
  examples: ['stance policy dry-run policies.yaml --data /var/lib/stance'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const paths = args.positionals.map((path) => resolve(path));
    const result = await withOperations(invocation, (operations, progress) =>
      operations.policy_dry_run({ paths }, progress),
    );
    terminal.answer(result, () => dryRunText(result, terminal));
    return EXIT.ok;
  },
};

export const policyPropose: Command = {
  name: 'policy propose',
  summary: 'Propose a least-privilege policy for each kind of device, by what its baselines know',
  about:
    'Prints a policy file with its grounds as comments: what the members of a kind commonly do is allowed, all else is ' +
    'denied, in mode monitor. It is to be read, tried with policy dry-run, and applied. Only established baselines count.',
  options: {
    kind: { kind: 'text', value: 'KIND', about: 'Only this kind of device' },
    yaml: { kind: 'flag', about: 'Print YAML, as without it' },
    ...dataOptions(),
  },
  examples: ['stance policy propose > proposed.yaml', 'stance policy propose --kind ip_camera --json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const { yaml, ...file } = await withOperations(invocation, (operations, progress) =>
      operations.policy_propose({ kind: args.text('kind') }, progress),
    );
    terminal.answer(file, () => yaml);
    return EXIT.ok;
  },
};
