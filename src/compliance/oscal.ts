import { createHash } from 'node:crypto';
import type { ComplianceReport, ComplianceWordAnswer, ControlAnswer, ControlTest } from '../model/index.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Node = { readonly [key: string]: Json };

/** OSCAL assessment results, as JSON. */
export interface OscalDocument {
  readonly 'assessment-results': Node;
}

/** The version of the schema that the document keeps to; later 1.x read it. */
const OSCAL_VERSION = '1.0.4';
const NAMESPACE = 'https://stance.invalid/ns/oscal';
/** Where our own words are: what each test is, and what a machine cannot see. */
const PLAN = 'docs/compliance.md';

/**
 * A report in the form of NIST's OSCAL. OSCAL knows two states of a finding: only `compliant` is satisfied, and the
 * property `state` says which of ours it is. What does not apply is excluded, with whoever said so as an observation.
 * Ids follow from the content, so that the same report is the same document.
 * @param place what the data directory alone has: two directories share no id
 */
export function oscalResults(report: ComplianceReport, version: string, place: string): OscalDocument {
  const { framework, as_of: at } = report;
  const uuid = uuidsOf(place);
  const plan = uuid('plan', framework);
  const known = report.controls.filter(({ state }) => state !== 'not_applicable');
  const excluded = report.controls.filter(({ state }) => state === 'not_applicable');
  const items = inventory(report, uuid);
  return {
    'assessment-results': {
      uuid: uuid('results', framework, at, JSON.stringify(report.controls)),
      metadata: {
        title: `${report.title}: assessment by Stance`,
        'last-modified': at,
        version: at,
        'oscal-version': OSCAL_VERSION,
        props: [prop('tool', 'stance'), prop('tool-version', version)],
      },
      'import-ap': {
        href: `#${plan}`,
        remarks: 'There is no plan in OSCAL; the tests are described in a document.',
      },
      results: [
        {
          uuid: uuid('result', framework, at, JSON.stringify(report.controls)),
          title: report.title,
          description: `The state of each control as of ${at}. ${report.source}.`,
          start: at,
          end: at,
          props: [
            prop('state', report.state),
            prop('confidence', String(report.confidence)),
            ...Object.entries(report.counts).map(([state, count]) => prop(`count-${state}`, String(count))),
            ...Object.entries(report.sight).map(([sight, count]) =>
              prop(`machine-sees-${sight}`, String(count)),
            ),
          ],
          ...(items.length === 0 ? {} : { 'local-definitions': { 'inventory-items': items } }),
          'reviewed-controls': {
            'control-selections': [
              {
                ...listed('include-controls', known.map(selected)),
                ...listed('exclude-controls', excluded.map(selected)),
              },
            ],
          },
          ...listed(
            'observations',
            report.controls.flatMap((control) => observations(control, report, uuid)),
          ),
          ...listed(
            'findings',
            known.map((control) => finding(control, report, uuid)),
          ),
        },
      ],
      'back-matter': {
        resources: [{ uuid: plan, title: 'How Stance tests controls', rlinks: [{ href: PLAN }] }],
      },
    },
  };
}

/** OSCAL has no empty lists. */
function listed(key: string, list: readonly Node[]): Node {
  return list.length === 0 ? {} : { [key]: list };
}

function selected({ control }: ControlAnswer): Node {
  return { 'control-id': tokenOf(control) };
}

/** An OSCAL token begins with a letter; a section of the NIS2 annex does not. */
function tokenOf(control: string): string {
  return /^\d/.test(control) ? `nis2-${control}` : control;
}

function inventory({ controls }: ComplianceReport, uuid: Uuid): Node[] {
  const ids = new Set(controls.flatMap(({ entities = [] }) => entities.map((each) => each.entity_id)));
  return [...ids].sort().map((id) => ({
    uuid: uuid('entity', id),
    description: `Entity ${id}`,
    props: [prop('entity-id', id)],
  }));
}

function observations(control: ControlAnswer, report: ComplianceReport, uuid: Uuid): Node[] {
  const { tests = [], words = [] } = control;
  return [
    ...tests.map((test) => observedTest(test, control, report, uuid)),
    ...words.filter(({ ended_at }) => ended_at === null).map((word) => observedWord(word, control, uuid)),
  ];
}

function observedTest(
  test: ControlTest,
  control: ControlAnswer,
  { framework, as_of: at }: ComplianceReport,
  uuid: Uuid,
): Node {
  const own = new Set(Object.keys(test.factors ?? {}));
  const failing = (control.entities ?? []).filter(({ factors }) => factors.some((factor) => own.has(factor)));
  const evidence = failing.flatMap(({ entity_id: id, evidence: shown }) =>
    shown
      .filter(({ factor }) => own.has(factor))
      .map((each) => ({
        description: `${id}: ${each.summary}`,
        props: [
          prop('at', each.at),
          ...(each.sensor === null ? [] : [prop('sensor', each.sensor)]),
          ...(each.uid === null ? [] : [prop('uid', each.uid)]),
          ...(each.community_id === null ? [] : [prop('community-id', each.community_id)]),
        ],
      })),
  );
  return {
    uuid: uuid('test', framework, at, control.control, JSON.stringify(test)),
    title: test.signal,
    description: test.measures,
    props: [
      prop('outcome', test.outcome),
      prop('subjects', String(test.subjects)),
      prop('covered', String(test.covered)),
      prop('failing', String(test.failing)),
      ...(test.excused === undefined ? [] : [prop('excused', String(test.excused))]),
      prop('pass-needed', String(test.pass_needed)),
      prop('coverage-needed', String(test.coverage_needed)),
    ],
    methods: ['TEST'],
    types: ['control-objective'],
    ...listed(
      'subjects',
      failing.map(({ entity_id: id }) => ({
        'subject-uuid': uuid('entity', id),
        type: 'inventory-item',
        title: id,
      })),
    ),
    ...listed('relevant-evidence', evidence),
    collected: test.evidence_at ?? at,
  };
}

function observedWord(word: ComplianceWordAnswer, { control }: ControlAnswer, uuid: Uuid): Node {
  return {
    uuid: uuid('word', control, word.id),
    title: word.id,
    description: word.reason,
    props: [
      prop('says', word.says),
      prop('owner', word.owner),
      prop('actor', word.actor),
      ...(word.said_at === null ? [] : [prop('said-at', word.said_at)]),
    ],
    methods: ['INTERVIEW'],
    types: ['control-objective'],
    collected: word.since,
    expires: word.expires_at,
  };
}

function finding(control: ControlAnswer, report: ComplianceReport, uuid: Uuid): Node {
  const { framework, as_of: at } = report;
  const { state, gaps } = control;
  const isMet = state === 'compliant';
  const reason = isMet ? 'pass' : state === 'non_compliant' ? 'fail' : 'other';
  const related = observations(control, report, uuid).map((each) => ({
    'observation-uuid': each['uuid'] ?? null,
  }));
  return {
    uuid: uuid('finding', framework, at, JSON.stringify(control)),
    title: control.control,
    description: control.summary,
    props: [
      prop('state', state),
      prop('machine-sees', control.sight),
      ...(control.since === null ? [] : [prop('since', control.since)]),
    ],
    target: {
      type: 'objective-id',
      'target-id': tokenOf(control.control),
      status: {
        state: isMet ? 'satisfied' : 'not-satisfied',
        reason,
        ...(gaps.length === 0 ? {} : { remarks: `${gaps.join('; ')}.` }),
      },
    },
    ...listed('related-observations', related),
  };
}

function prop(name: string, value: string): Node {
  return { name: name.replaceAll('_', '-'), ns: NAMESPACE, value };
}

type Uuid = (...name: readonly string[]) => string;

/** Ids that follow from what they name, and where (RFC 9562, version 5). */
function uuidsOf(place: string): Uuid {
  return (...name) => uuidOf(place, ...name);
}

function uuidOf(...name: readonly string[]): string {
  const bytes = createHash('sha1')
    .update(JSON.stringify([NAMESPACE, ...name]))
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
