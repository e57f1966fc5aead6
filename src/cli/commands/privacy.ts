import type { PrivacyReport } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns, counted } from '../table.ts';
import type { Terminal } from '../terminal.ts';

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

export const privacyReport: Command = {
  name: 'privacy report',
  summary: 'Show what is held, as what, where, for how long; and what left',
  about:
    'Made from the lists by which the code works: every field that an event may have, whose words each record holds, every class of data with its retention. Fingerprints are pseudonyms, not anonymous: who has keys/ and a name finds the person.',
  options: dataOptions(),
  examples: ['stance privacy report', 'stance privacy report --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const report = await withOperations(invocation, (operations) => operations.privacy_report({}), {
      unconfigured: true,
    });
    terminal.answer(report, () => reportText(report, terminal));
    return EXIT.ok;
  },
};

function reportText(report: PrivacyReport, terminal: Terminal): string {
  const { fields, records, stores, users, left_the_machine: left } = report;
  const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) => {
    const [header = '', ...body] = columns([head, ...rows]);
    return [terminal.paint('bold', title), terminal.paint('bold', header), ...body, ''];
  };
  const sentTo = [
    ...left.findings.map(({ to, what, last_sent_at }) => [to, what, last_sent_at ?? 'nothing yet']),
    ...left.fetched.map(({ feed, what, last }) => [`feed ${feed}`, what, last ?? 'not yet']),
    ...left.site_reports.map(({ round, to, what, at }) => [`${to}, round ${round}`, what, at]),
  ];
  return [
    ...table(
      'Where, and for how long',
      ['Data', 'Where', 'Kept', 'Enforced by'],
      stores.map((each) => [each.data_class, each.where, each.kept, each.enforced_by]),
    ),
    ...table(
      'Fields of events',
      ['Event', 'Field', 'Held as', 'From'],
      fields.map((each) => [each.event, each.field, each.about, each.sources.join(', ')]),
    ),
    ...table(
      'What else is said',
      ['Record', 'By', 'Free text'],
      records.map((each) => [each.record, each.whose, each.free_text]),
    ),
    `${counted(users.known, 'user')} under the key of epoch ${users.account_key_epoch}${users.waiting_for_key === null ? '' : `, ${users.waiting_for_key} still under the one before`}; ${counted(users.erasures.length, 'erasure')}.`,
    '',
    ...(sentTo.length === 0
      ? ['Nothing is sent to anybody.']
      : table('What leaves this machine', ['To', 'What', 'Last'], sentTo)),
  ].join('\n');
}
