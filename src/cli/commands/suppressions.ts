import { scopeText, whenText } from '../anomaly-text.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns, grouped } from '../table.ts';

export const suppressionsList: Command = {
  name: 'suppressions list',
  summary: 'List what is counted instead of raised, with how often it was',
  options: dataOptions(),
  examples: ['stance suppressions list'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.suppressions({}));
    terminal.answer(found, () => {
      if (found.suppressions.length === 0) return 'Nothing is suppressed.';
      const rows = found.suppressions.map((each) => [
        each.id,
        scopeText(each.scope),
        grouped(each.matches),
        each.last_match ?? 'never',
        each.ended_at === null
          ? each.expires_at
          : `${each.ended_by ?? 'ended'} ${whenText(each.ended_at, each.ended_said_at)}`,
        whenText(each.since, each.said_at),
        each.owner,
        each.reason,
      ]);
      const header = ['Suppression', 'Scope', 'Matches', 'Last match', 'Until', 'Since', 'Owner', 'Reason'];
      const [head = '', ...body] = columns([header, ...rows], [2]);
      return [terminal.paint('bold', head), ...body].join('\n');
    });
    return EXIT.ok;
  },
};

export const suppressionsRemove: Command = {
  name: 'suppressions remove',
  summary: 'End a suppression before its time',
  about: 'From then on its detections are raised again. It stays listed as ended, with what it held back.',
  positionals: [{ name: 'SUPPRESSION', about: 'Its id, e.g. sup_4k2m9x7q1a' }],
  options: { reason: REASON, ...dataOptions() },
  examples: ['stance suppressions remove sup_4k2m9x7q1a --reason "scanner retired"'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [suppression = ''] = args.positionals;
    const request = { suppression, actor: actorOf(invocation), reason: args.text('reason') };
    const result = await withOperations(invocation, (operations) => operations.unsuppress(request));
    terminal.answer(result, () => `${result.id} has ended; it held back ${grouped(result.matches)}.`);
    return EXIT.ok;
  },
};
