import { ENTITY_TYPES, type EntitySearch, RISK_LEVELS } from '../../model/index.ts';
import type { IdentityArgs, IdentityResult, Operations } from '../../operations/index.ts';
import { type Command, EXIT, type Invocation, type PositionalCard } from '../command.ts';
import { paintedRisk } from '../fleet-text.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { ask } from '../question.ts';
import { columns, counted } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export const entitiesList: Command = {
  name: 'entities list',
  summary: 'List devices, users and workloads, the riskiest first',
  options: {
    query: { kind: 'text', value: 'TEXT', about: 'Part of an id, name, kind, maker, model, owner or tag' },
    type: { kind: 'text', value: 'TYPE', choices: ENTITY_TYPES, about: 'Only' },
    kind: { kind: 'text', value: 'KIND', about: 'Only this kind, e.g. ip_camera' },
    site: { kind: 'text', value: 'SITE', about: 'Only this site' },
    risk: { kind: 'text', value: 'LEVEL', choices: RISK_LEVELS, about: 'Only this risk level' },
    discovered: { kind: 'flag', about: 'Only those that are not enrolled' },
    'as-of': { kind: 'text', value: 'INSTANT', about: 'As it was then, e.g. 2026-05-21T09:00:00Z' },
    limit: { kind: 'integer', value: 'N', fallback: 20, least: 1, most: 100, about: 'How many' },
    cursor: { kind: 'text', value: 'CURSOR', about: 'Go on after an earlier list' },
    ...dataOptions(),
  },
  examples: [
    'stance entities list --risk critical',
    'stance entities list --discovered --query printer --json',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const wanted = {
      query: args.text('query'),
      type: args.text('type'),
      kind: args.text('kind'),
      site: args.text('site'),
      risk_level: args.text('risk'),
      enrolled: args.flag('discovered') ? false : null,
      as_of: args.text('as-of'),
      limit: args.number('limit'),
      cursor: args.text('cursor'),
    };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
    const found = await withOperations(invocation, (operations) => ask(operations, 'search_entities', given));
    terminal.answer(found, () => listText(found, terminal));
    return EXIT.ok;
  },
};

function listText({ entities, total, next_cursor: cursor }: EntitySearch, terminal: Terminal): string {
  if (entities.length === 0) return 'Nothing was found.';
  const rows = entities.map((entity) => [
    entity.id,
    entity.kind ?? entity.type,
    entity.site,
    String(entity.posture_score),
    paintedRisk(entity.risk_level, terminal),
    entity.risk_reason ?? '',
    entity.enrolled ? 'enrolled' : 'discovered',
    entity.last_seen ?? 'never seen',
  ]);
  const header = ['Entity', 'Kind', 'Site', 'Score', 'Risk', 'Reason', 'State', 'Last seen'];
  const [head = '', ...body] = columns([header, ...rows], [3]);
  const more = cursor === null ? '' : `; go on with --cursor ${cursor}`;
  return [
    terminal.paint('bold', head),
    ...body,
    '',
    `${entities.length} of ${counted(total, 'entity', 'entities')}${more}`,
  ].join('\n');
}

const PAIR: readonly PositionalCard[] = [
  { name: 'FROM', about: 'The device id that was the other one' },
  { name: 'INTO', about: 'The device id that stays' },
];

export const entitiesMerge: Command = identityCommand({
  name: 'entities merge',
  summary: 'Declare that two device ids are one device',
  about: 'FROM becomes another name of INTO. A split of the same pair restores both.',
  example: 'stance entities merge dev_4k2m9x dev_printer_lobby --reason "new network card"',
  change: (operations, args) => operations.merge(args),
});

export const entitiesSplit: Command = identityCommand({
  name: 'entities split',
  summary: 'Take a merge back',
  about: 'FROM and INTO are two devices again, each with its own history.',
  example: 'stance entities split dev_4k2m9x dev_printer_lobby',
  change: (operations, args) => operations.split(args),
});

function identityCommand(card: {
  readonly name: string;
  readonly summary: string;
  readonly about: string;
  readonly example: string;
  readonly change: (operations: Operations, args: IdentityArgs) => Promise<IdentityResult>;
}): Command {
  const { name, summary, about, example, change } = card;
  return {
    name,
    summary,
    about,
    positionals: PAIR,
    options: { reason: REASON, ...dataOptions() },
    examples: [example],
    async run(invocation: Invocation) {
      const { args, terminal } = invocation;
      const [from = '', into = ''] = args.positionals;
      const request = { from, into, actor: actorOf(invocation), reason: args.text('reason') };
      const result = await withOperations(invocation, (operations) => change(operations, request));
      terminal.answer(result, () =>
        result.kind === 'merged'
          ? `${result.from} is now another name of ${result.into}.`
          : `${result.from} and ${result.into} are two devices again.`,
      );
      return EXIT.ok;
    },
  };
}
