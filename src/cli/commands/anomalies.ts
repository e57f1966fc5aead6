import {
  ANOMALY_STATUSES,
  RAISED_ANOMALY_TYPES,
  ENTITY_TYPES,
  SEVERITIES,
  type AnomalyStatus,
  type AnomalyType,
  VERDICTS,
  type Verdict,
} from '../../model/index.ts';
import { anomaliesText, anomalyText, suppressionMadeText } from '../anomaly-text.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions, DRY_RUN, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { ask } from '../question.ts';

const ANOMALY = [{ name: 'ANOMALY', about: 'Its id, e.g. ano_4k2m9x7q1a' }];

export const anomaliesList: Command = {
  name: 'anomalies list',
  summary: 'List what departs from normal, the most severe first',
  options: {
    severity: { kind: 'text', value: 'WORD', choices: SEVERITIES, about: 'Only' },
    'entity-type': { kind: 'text', value: 'TYPE', choices: ENTITY_TYPES, about: 'Only of' },
    entity: { kind: 'text', value: 'ID', about: 'Only of this entity' },
    type: { kind: 'text', value: 'TYPE', choices: RAISED_ANOMALY_TYPES, about: 'Only' },
    incident: {
      kind: 'text',
      value: 'ID',
      about: 'The timeline of this incident, with what is closed of it',
    },
    status: { kind: 'text', value: 'WORD', choices: ANOMALY_STATUSES, about: 'Only [all but closed]' },
    since: { kind: 'text', value: 'INSTANT', about: 'Only those with news from then on' },
    until: { kind: 'text', value: 'INSTANT', about: 'Only those detected before' },
    'as-of': { kind: 'text', value: 'INSTANT', about: 'As it was then, e.g. 2026-05-21T09:00:00Z' },
    limit: { kind: 'integer', value: 'N', fallback: 20, least: 1, most: 100, about: 'How many' },
    cursor: { kind: 'text', value: 'CURSOR', about: 'Go on after an earlier list' },
    ...dataOptions(),
  },
  examples: [
    'stance anomalies list --severity critical',
    'stance anomalies list --incident inc_4k2m9x7q1a --json',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const wanted = {
      severity: args.text('severity'),
      entity_type: args.text('entity-type'),
      entity_id: args.text('entity'),
      type: args.text('type'),
      incident_id: args.text('incident'),
      status: args.text('status'),
      since: args.text('since'),
      until: args.text('until'),
      as_of: args.text('as-of'),
      limit: args.number('limit'),
      cursor: args.text('cursor'),
    };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
    const found = await withOperations(invocation, (operations) => ask(operations, 'list_anomalies', given));
    terminal.answer(found, () => anomaliesText(found, terminal));
    return EXIT.ok;
  },
};

export const anomaliesShow: Command = {
  name: 'anomalies show',
  summary: 'Show the whole of one anomaly',
  about:
    "Expected against observed, evidence with the sensor's own ids, its incident, and what operators said of it.",
  positionals: ANOMALY,
  options: dataOptions(),
  examples: ['stance anomalies show ano_4k2m9x7q1a'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [anomaly = ''] = args.positionals;
    const shown = await withOperations(invocation, (operations) => operations.anomaly_show({ anomaly }));
    terminal.answer(shown, () => anomalyText(shown, terminal));
    return EXIT.ok;
  },
};

export const anomaliesVerdict: Command = {
  name: 'anomalies verdict',
  summary: 'Say what an anomaly is, and how far the work on it is',
  about:
    'false_positive and expected close it and need a reason. true_positive closes nothing: it holds the entity at critical until it is remediated. The same again within 7 days re-opens it; see also `stance anomalies suppress`.',
  positionals: ANOMALY,
  options: {
    verdict: { kind: 'text', value: 'WORD', choices: VERDICTS, about: 'What it is' },
    status: { kind: 'text', value: 'WORD', choices: ANOMALY_STATUSES, about: 'How far it is' },
    remediated: { kind: 'flag', about: 'A true positive is mended; it closes' },
    reason: REASON,
    ...dataOptions(),
  },
  examples: [
    'stance anomalies verdict ano_4k2m9x7q1a --status acknowledged',
    'stance anomalies verdict ano_4k2m9x7q1a --verdict expected --reason "monthly inventory scan"',
    'stance anomalies verdict ano_4k2m9x7q1a --verdict true_positive --remediated',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [anomaly = ''] = args.positionals;
    const request = {
      anomaly,
      verdict: args.text('verdict') as Verdict | null,
      status: args.text('status') as AnomalyStatus | null,
      remediated: args.flag('remediated') ? true : null,
      actor: actorOf(invocation),
      reason: args.text('reason'),
    };
    const shown = await withOperations(invocation, (operations) => operations.anomaly_verdict(request));
    terminal.answer(shown, () => anomalyText(shown, terminal));
    return EXIT.ok;
  },
};

export const anomaliesAssign: Command = {
  name: 'anomalies assign',
  summary: 'Say who looks after an anomaly',
  positionals: ANOMALY,
  options: {
    to: {
      kind: 'text',
      value: 'NAME',
      about: 'A short name of your own for somebody, e.g. soc-2; no mail address',
    },
    nobody: { kind: 'flag', about: 'Nobody does any more' },
    reason: REASON,
    ...dataOptions(),
  },
  examples: ['stance anomalies assign ano_4k2m9x7q1a --to soc-2'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [anomaly = ''] = args.positionals;
    const to = args.text('to');
    if ((to === null) !== args.flag('nobody'))
      throw new UsageError('Give either --to NAME or --nobody.', 'anomalies assign');
    const request = { anomaly, to, actor: actorOf(invocation), reason: args.text('reason') };
    const shown = await withOperations(invocation, (operations) => operations.anomaly_assign(request));
    terminal.answer(shown, () => anomalyText(shown, terminal));
    return EXIT.ok;
  },
};

export const anomaliesSuppress: Command = {
  name: 'anomalies suppress',
  summary: 'Count detections of a scope instead of raising them, for a time',
  about:
    'All that is given must hold; an entity, a tag or a destination is needed. What is open of it closes as expected, but for confirmed true positives. See first what it would have matched: --dry-run.',
  options: {
    anomaly: { kind: 'text', value: 'ID', about: 'What is like this one: its entity and type' },
    entity: { kind: 'text', value: 'ID', about: 'Of this entity' },
    tag: { kind: 'text', value: 'TAG', about: 'Of entities with this tag of the inventory' },
    type: { kind: 'text', value: 'TYPE', choices: RAISED_ANOMALY_TYPES, about: 'Of this type' },
    destination: {
      kind: 'text',
      value: 'PLACE',
      about: 'Whose evidence all points at this address, network or domain',
    },
    port: {
      kind: 'integer',
      value: 'N',
      least: 0,
      most: 65_535,
      about: 'Whose evidence is all at this port',
    },
    reason: { ...REASON, about: 'Why; needed, kept in the journal' },
    owner: { kind: 'text', value: 'NAME', about: 'Who answers for it, a short name of your own; needed' },
    days: { kind: 'number', value: 'N', least: 0.01, most: 366, about: 'For so many days' },
    until: {
      kind: 'text',
      value: 'INSTANT',
      about: 'Until then, at most a year away; this or --days is needed',
    },
    'dry-run': DRY_RUN,
    'look-back-days': {
      kind: 'number',
      value: 'N',
      fallback: 30,
      least: 1,
      most: 3_660,
      about: 'How far back a dry run looks',
    },
    ...dataOptions(),
  },
  examples: [
    'stance anomalies suppress --entity dev_scanner_1 --type port_scan --dry-run',
    'stance anomalies suppress --anomaly ano_4k2m9x7q1a --days 30 --owner netops --reason "backup move"',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = {
      anomaly: args.text('anomaly'),
      entity: args.text('entity'),
      tag: args.text('tag'),
      type: args.text('type') as AnomalyType | null,
      destination: args.text('destination'),
      port: args.number('port'),
      owner: args.text('owner'),
      reason: args.text('reason'),
      until: args.text('until'),
      days: args.number('days'),
      dry_run: args.flag('dry-run'),
      look_back_days: args.number('look-back-days') ?? 30,
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, (operations) => operations.suppress(request));
    terminal.answer(result, () => suppressionMadeText(result, terminal));
    return EXIT.ok;
  },
};
