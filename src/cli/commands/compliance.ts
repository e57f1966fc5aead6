import {
  type AttestedAs,
  ATTESTATIONS,
  ComplianceReport,
  type Framework,
  FRAMEWORKS,
} from '../../model/index.ts';
import { reportText, wordsText, wordText } from '../compliance-text.ts';
import { type Command, EXIT } from '../command.ts';
import type { OptionCard } from '../option.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';

const FORMATS = ['text', 'json', 'oscal'] as const;

const FRAMEWORK: OptionCard = {
  kind: 'text',
  value: 'NAME',
  choices: FRAMEWORKS,
  isRequired: true,
  about: 'Which framework',
};
/** What attestations and exceptions have in common. */
const OF_CONTROL: Readonly<Record<string, OptionCard>> = {
  framework: FRAMEWORK,
  control: { kind: 'text', value: 'ID', isRequired: true, about: 'e.g. A.5.24, 6.6, PR.AA-01' },
  owner: { kind: 'text', value: 'NAME', about: 'Who answers for it: a role, e.g. ciso; needed' },
  days: { kind: 'number', value: 'N', least: 0, most: 366, about: 'For so many days' },
  until: { kind: 'text', value: 'INSTANT', about: 'Or until then, at most a year from now' },
  reason: { ...REASON, about: 'Why, and where the proof is; needed, kept in the journal' },
};

export const compliance: Command = {
  name: 'compliance',
  summary: 'The controls of a framework: state, evidence, gaps',
  about:
    'ISO/IEC 27001:2022 Annex A, NIS2 Art. 21(2), or NIST CSF 2.0. Nothing is compliant by default: a machine must see what it can see, and a person must attest the rest. OSCAL is assessment results as JSON. See docs/compliance.md.',
  options: {
    framework: FRAMEWORK,
    format: { kind: 'text', value: 'WORD', choices: FORMATS, fallback: 'text', about: 'How it is printed' },
    'as-of': { kind: 'text', value: 'INSTANT', about: 'As it was then, e.g. 2026-05-21T09:00:00Z' },
    ...dataOptions(),
  },
  examples: [
    'stance compliance --framework nis2',
    'stance compliance --data /var/lib/stance --framework iso_27001 --format oscal > results.json',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const format = args.must('format');
    const request = {
      framework: args.must('framework') as Framework,
      format: format === 'oscal' ? ('oscal' as const) : ('json' as const),
      as_of: args.text('as-of'),
    };
    const found = await withOperations(invocation, (operations) => operations.compliance_report(request));
    if (format === 'text') terminal.answer(found, () => reportText(ComplianceReport.parse(found), terminal));
    else terminal.answer(found, () => JSON.stringify(found, null, 2));
    return EXIT.ok;
  },
};

export const complianceAttest: Command = {
  name: 'compliance attest',
  summary: 'Answer for what no machine sees of a control, for a time',
  about:
    'The latest attestation of a control holds, until it runs out. With not_applicable the control leaves the count; with not_met it is said to be missing.',
  options: {
    ...OF_CONTROL,
    says: { kind: 'text', value: 'WORD', choices: ATTESTATIONS, fallback: 'met', about: 'What is attested' },
    ...dataOptions(),
  },
  examples: [
    'stance compliance attest --framework iso_27001 --control A.5.24 --owner ciso --days 180 --reason ISMS-112',
    'stance compliance attest --framework nis2 --control 6.2 --says not_applicable --owner ciso --days 365 --reason SoA-7',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { ...saidIn(invocation), says: args.must('says') as AttestedAs };
    const made = await withOperations(invocation, (operations) => operations.compliance_attest(request));
    terminal.answer(made, () => wordText(made));
    return EXIT.ok;
  },
};

export const complianceExcept: Command = {
  name: 'compliance except',
  summary: 'Take on that a control is not met, for a time',
  about:
    'Of the whole control, or for one entity. What fails is still shown; a control with an exception of the whole is never compliant.',
  options: {
    ...OF_CONTROL,
    entity: { kind: 'text', value: 'ID', about: 'Only for this entity' },
    ...dataOptions(),
  },
  examples: [
    'stance compliance except --framework nis2 --control 6.6 --entity dev_hmi_3 --owner plant --days 90 --reason CR-31',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { ...saidIn(invocation), entity: args.text('entity') };
    const made = await withOperations(invocation, (operations) => operations.compliance_except(request));
    terminal.answer(made, () => wordText(made));
    return EXIT.ok;
  },
};

export const complianceWithdraw: Command = {
  name: 'compliance withdraw',
  summary: 'End an attestation or an exception before its time',
  positionals: [{ name: 'WORD', about: 'Its id, e.g. att_4k2m9x7q1a' }],
  options: { reason: REASON, ...dataOptions() },
  examples: ['stance compliance withdraw exc_4k2m9x7q1a --reason patched'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [word = ''] = args.positionals;
    const request = { word, actor: actorOf(invocation), reason: args.text('reason') };
    const ended = await withOperations(invocation, (operations) => operations.compliance_withdraw(request));
    terminal.answer(ended, () => `${ended.id} has ended.`);
    return EXIT.ok;
  },
};

export const complianceWords: Command = {
  name: 'compliance words',
  summary: 'List attestations and exceptions: in force, then ended',
  options: dataOptions(),
  examples: ['stance compliance words --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.compliance_words({}));
    terminal.answer(found, () => wordsText(found.words, terminal));
    return EXIT.ok;
  },
};

function saidIn(invocation: Parameters<Command['run']>[0]) {
  const { args } = invocation;
  return {
    framework: args.must('framework') as Framework,
    control: args.must('control'),
    owner: args.text('owner'),
    reason: args.text('reason'),
    until: args.text('until'),
    days: args.number('days'),
    actor: actorOf(invocation),
  };
}
