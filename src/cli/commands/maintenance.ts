import type { MaintenanceAnswer } from '../../operations/index.ts';
import { scopeText, whenText } from '../anomaly-text.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns, grouped } from '../table.ts';

export const maintenanceAdd: Command = {
  name: 'maintenance add',
  summary: 'Plan work on something: what changes there meanwhile is no departure',
  about:
    'Within the window nothing is told offline, unusually busy or newly serving, and silence counts anew from its end. Acts (movement, exfiltration and the like) are raised all the same, and say that it was during maintenance.',
  options: {
    site: { kind: 'text', value: 'SITE', about: 'On all of a site' },
    tag: { kind: 'text', value: 'TAG', about: 'On what has this tag of the inventory' },
    entity: { kind: 'text', value: 'ID', about: 'On this entity; exactly one of the three is given' },
    from: { kind: 'text', value: 'INSTANT', about: 'Begins then [now]' },
    to: { kind: 'text', value: 'INSTANT', isRequired: true, about: 'Ends then, at most 31 days later' },
    reason: { ...REASON, about: 'Why; needed, kept in the journal' },
    ...dataOptions(),
  },
  examples: [
    'stance maintenance add --site plant --to 2026-05-22T04:00:00Z --reason "firmware round"',
    'stance maintenance add --entity dev_files --from 2026-05-22T01:00:00Z --to 2026-05-22T03:00:00Z --reason move',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      site: args.text('site'),
      tag: args.text('tag'),
      entity: args.text('entity'),
      from: args.text('from'),
      to: args.must('to'),
      reason: args.text('reason'),
      actor: actorOf(invocation),
    };
    const made = await withOperations(invocation, (operations) => operations.maintenance_add(request));
    terminal.answer(made, () => `${made.id}: ${scopeText(made.scope)}, ${made.from} to ${made.to}.`);
    return EXIT.ok;
  },
};

function stateText({ state, removed }: MaintenanceAnswer): string {
  const told = state.replace('_', ' ');
  return removed === null ? told : `${told} ${whenText(removed.at, removed.said_at)}`;
}

export const maintenanceList: Command = {
  name: 'maintenance list',
  summary: 'List maintenance windows: under way, planned, over, removed',
  options: dataOptions(),
  examples: ['stance maintenance list --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.maintenance_list({}));
    terminal.answer(found, () => {
      if (found.windows.length === 0) return 'No maintenance is planned.';
      const rows = found.windows.map((each) => [
        each.id,
        scopeText(each.scope),
        stateText(each),
        each.from,
        each.to,
        grouped(each.held),
        each.reason,
      ]);
      const header = ['Window', 'Scope', 'State', 'From', 'To', 'Held back', 'Reason'];
      const [head = '', ...body] = columns([header, ...rows], [5]);
      return [terminal.paint('bold', head), ...body].join('\n');
    });
    return EXIT.ok;
  },
};

export const maintenanceRemove: Command = {
  name: 'maintenance remove',
  summary: 'Remove a maintenance window',
  about:
    'As if it had not been planned: from now on its silence and its changes count. It stays listed as removed, with what it held back.',
  positionals: [{ name: 'WINDOW', about: 'Its id, e.g. mnt_4k2m9x7q1a' }],
  options: { reason: REASON, ...dataOptions() },
  examples: ['stance maintenance remove mnt_4k2m9x7q1a --reason postponed'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [window = ''] = args.positionals;
    const request = { window, actor: actorOf(invocation), reason: args.text('reason') };
    const result = await withOperations(invocation, (operations) => operations.maintenance_remove(request));
    terminal.answer(result, () => `${result.id} is removed.`);
    return EXIT.ok;
  },
};
