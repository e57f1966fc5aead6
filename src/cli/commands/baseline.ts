import { type Command, EXIT } from '../command.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { counted } from '../table.ts';

export const baselineAccept: Command = {
  name: 'baseline accept',
  summary: "Accept an entity's changed ways as its new normal",
  about:
    'What is open of it as unusual volume or new service closes as expected. On record, and reversible: `stance baseline revert`.',
  options: {
    entity: { kind: 'text', value: 'ID', about: 'Whose; or the entity of --anomaly' },
    anomaly: { kind: 'text', value: 'ID', about: 'What led to it' },
    reason: { ...REASON, about: 'Why; needed, kept in the journal' },
    ...dataOptions(),
  },
  examples: [
    'stance baseline accept --entity dev_files --reason "new backup plan"',
    'stance baseline accept --anomaly ano_4k2m9x7q1a --reason "ticket 4711"',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      entity: args.text('entity'),
      anomaly: args.text('anomaly'),
      actor: actorOf(invocation),
      reason: args.text('reason'),
    };
    const result = await withOperations(invocation, (operations) => operations.baseline_accept(request));
    terminal.answer(
      result,
      () =>
        `Accepted for ${result.entity_id}; ${counted(result.closed.length, 'anomaly', 'anomalies')} closed as expected.`,
    );
    return EXIT.ok;
  },
};

export const baselineRevert: Command = {
  name: 'baseline revert',
  summary: 'Take the acceptance of a baseline back',
  options: {
    entity: { kind: 'text', value: 'ID', isRequired: true, about: 'Whose' },
    reason: REASON,
    ...dataOptions(),
  },
  examples: ['stance baseline revert --entity dev_files --reason "was no backup"'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      entity: args.must('entity'),
      actor: actorOf(invocation),
      reason: args.text('reason'),
    };
    const result = await withOperations(invocation, (operations) => operations.baseline_revert(request));
    terminal.answer(result, () => `What was accepted for ${result.entity_id} is taken back.`);
    return EXIT.ok;
  },
};
