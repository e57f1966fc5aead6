import type { ComplianceReport, ComplianceWordAnswer, ControlAnswer, ControlState } from '../model/index.ts';
import { asText, type Paint } from './screen-text.ts';
import { columns, counted } from './table.ts';
import type { Terminal } from './terminal.ts';

const COLOURS: Readonly<Record<ControlState, Paint>> = {
  non_compliant: 'red',
  partial: 'yellow',
  not_assessed: 'dim',
  compliant: 'green',
  not_applicable: 'dim',
};
/** Said once, at the top. */
const UNATTESTED = 'nobody attests it';
/** Those that somebody can do something about, first. */
const SHOWN: readonly ControlState[] = ['non_compliant', 'partial', 'compliant', 'not_applicable'];

/** A framework as a person reads it: what is assessed one by one, the rest as a number. */
export function reportText(report: ComplianceReport, terminal: Terminal): string {
  const { title, state, counts, sight, controls, as_of: asOf } = report;
  const states = Object.entries(counts).map(([name, count]) => `${count} ${worded(name)}`);
  const shown = SHOWN.flatMap((each) => controls.filter((control) => control.state === each));
  const rows = shown.map((each) => [
    each.control,
    terminal.paint(COLOURS[each.state], worded(each.state)),
    each.since ?? '',
    each.summary,
  ]);
  const [head = '', ...body] = columns([['Control', 'State', 'Since', 'What it asks'], ...rows]);
  return [
    `${terminal.paint('bold', title)}  ${terminal.paint(COLOURS[state], worded(state))}`,
    `${controls.length} controls: ${states.join(', ')} · as of ${asOf}`,
    `A machine sees all of ${sight.full}, a part of ${sight.part}, nothing of ${sight.none}; a person attests the rest (stance compliance attest).`,
    '',
    ...(rows.length === 0
      ? ['Nothing is assessed yet.']
      : [terminal.paint('bold', head), ...withGaps(body, shown)]),
    ...(counts.not_assessed === 0 ? [] : ['', notAssessed(counts.not_assessed)]),
  ].join('\n');
}

function notAssessed(count: number): string {
  return `${counted(count, 'control is', 'controls are')} not assessed: no machine speaks of them, and nobody attests them.`;
}

function withGaps(lines: readonly string[], shown: readonly ControlAnswer[]): string[] {
  return lines.flatMap((line, index) => {
    const gaps = (shown[index]?.gaps ?? []).filter((gap) => !gap.endsWith(UNATTESTED));
    return [line, ...gaps.map((gap) => `    ${gap}`)];
  });
}

export function wordText(word: ComplianceWordAnswer): string {
  const { id, framework, control, says, entity_id: entity, owner, said_at, expires_at: end } = word;
  const said = said_at === null ? '' : `, said at ${said_at}`;
  const whom = entity === null ? '' : ` for ${entity}`;
  return `${id}: ${framework} ${control} ${worded(says)}${whom}, by ${owner}${said}, until ${end}.`;
}

export function wordsText(words: readonly ComplianceWordAnswer[], terminal: Terminal): string {
  if (words.length === 0) return 'Nobody has attested or excepted anything.';
  const rows = words.map((each) => [
    each.id,
    each.framework,
    each.control,
    worded(each.says),
    each.entity_id ?? '',
    each.owner,
    each.ended_at === null ? each.expires_at : `${each.ended_by ?? 'ended'} ${each.ended_at}`,
    asText(each.reason),
  ]);
  const header = ['Word', 'Framework', 'Control', 'Says', 'Entity', 'Owner', 'Until', 'Reason'];
  const [head = '', ...body] = columns([header, ...rows]);
  return [terminal.paint('bold', head), ...body].join('\n');
}

function worded(name: string): string {
  return name.replaceAll('_', ' ');
}
