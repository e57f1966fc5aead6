import { type AnomalyList, MINUTE_MS } from '../model/index.ts';
import type { SuppressResult } from '../operations/index.ts';
import type { AnomalyDetail } from '../posture/index.ts';
import { paintedRisk } from './fleet-text.ts';
import { asText } from './screen-text.ts';
import { columns, counted, grouped } from './table.ts';
import type { Terminal } from './terminal.ts';

/** A list of anomalies as a person reads it. */
export function anomaliesText(found: AnomalyList, terminal: Terminal): string {
  const { anomalies, total, incident, suppressed, next_cursor: cursor } = found;
  const held = suppressed === 0 ? '' : `; ${grouped(suppressed)} suppressed (stance suppressions list)`;
  if (anomalies.length === 0) return `No anomaly is like that${held}.`;
  const rows = anomalies.map((each) => [
    each.id,
    each.entity_id,
    each.type,
    paintedRisk(each.severity, terminal),
    each.confidence.toFixed(2),
    each.verdict === null ? each.status : `${each.status} ${each.verdict}`,
    each.assignee ?? '',
    each.incident_id ?? '',
    each.detected_at,
  ]);
  const header = [
    'Anomaly',
    'Entity',
    'Type',
    'Severity',
    'Confidence',
    'Status',
    'Assigned to',
    'Incident',
    'Detected',
  ];
  const [head = '', ...body] = columns([header, ...rows], [4]);
  const more = cursor === null ? '' : `; go on with --cursor ${cursor}`;
  return [
    ...(incident === undefined || incident === null ? [] : [incidentText(incident, terminal), '']),
    terminal.paint('bold', head),
    ...body,
    '',
    `${anomalies.length} of ${counted(total, 'anomaly', 'anomalies')}${more}${held}`,
  ].join('\n');
}

/** The whole of an anomaly as a person reads it. */
export function anomalyText(anomaly: AnomalyDetail, terminal: Terminal): string {
  const { incident } = anomaly;
  const facts = [
    ['Entity', `${anomaly.entity_id} (${anomaly.site})`],
    [
      'Status',
      [anomaly.status, anomaly.verdict, anomaly.remediated ? 'remediated' : null].filter(Boolean).join(', '),
    ],
    ['Assigned to', anomaly.assignee ?? 'nobody'],
    ['Confidence', anomaly.confidence.toFixed(2)],
    ['Expected', anomaly.expected],
    ['Observed', anomaly.observed],
    ['Technique', anomaly.technique ?? 'none'],
    ['Action', anomaly.recommended_action],
    ['Detected', `${anomaly.detected_at}, last ${anomaly.updated_at}`],
    ...(anomaly.corroborated
      ? [
          [
            'Corroborated',
            `by ${anomaly.corroborated_by.join(' and ')} within an hour: it counts a step more`,
          ],
        ]
      : []),
    ...(incident === null ? [] : [['Incident', incidentText(incident, terminal)]]),
  ];
  const evidence = (anomaly.evidence ?? []).map((each) => [
    `  ${each.at}`,
    [each.sensor, each.uid, each.community_id].filter((id) => id !== null).join(' '),
    each.subject ?? '',
    each.summary,
  ]);
  const words = anomaly.words.map((each) => [
    `  ${whenText(each.at, each.said_at)}`,
    each.actor,
    saidText(each),
    asText(each.reason ?? ''),
  ]);
  return [
    `${terminal.paint('bold', anomaly.id)}  ${anomaly.type}, ${paintedRisk(anomaly.severity, terminal)}`,
    anomaly.description,
    '',
    ...columns(facts),
    ...(evidence.length === 0 ? [] : ['', terminal.paint('bold', 'Evidence'), ...columns(evidence)]),
    ...(words.length === 0 ? [] : ['', terminal.paint('bold', 'What was said of it'), ...columns(words)]),
  ].join('\n');
}

/** What a suppression did, or would have done. */
export function suppressionMadeText(result: SuppressResult, terminal: Terminal): string {
  const { dry_run: isDry, suppression, matched, matched_total: total, closed, entities } = result;
  const rows = matched.map((each) => [
    `  ${each.id}`,
    each.entity_id,
    each.type,
    paintedRisk(each.severity, terminal),
    each.status,
    each.updated_at,
  ]);
  const more = total - matched.length;
  const said = isDry
    ? `Would have matched ${counted(total, 'anomaly', 'anomalies')}, and closed ${grouped(closed)} of them. Nothing was changed.`
    : `${suppression?.id ?? ''} is in force until ${suppression?.expires_at ?? ''}; ${counted(closed, 'anomaly', 'anomalies')} closed as expected.`;
  const about = `It is about what ${counted(entities, 'entity does', 'entities do')}.`;
  return [...columns(rows), ...(more > 0 ? [`  and ${more} more`] : []), about, said].join('\n');
}

/** By the data's time, and by the clock on the wall where that is another. */
export function whenText(at: string, saidAt: string | null): string {
  const isApart = saidAt !== null && Math.abs(Date.parse(saidAt) - Date.parse(at)) > MINUTE_MS;
  return isApart ? `${at}, said at ${saidAt}` : at;
}

/** A scope in one line: only what is given. */
export function scopeText(scope: object): string {
  return Object.entries(scope)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
}

function incidentText(incident: NonNullable<AnomalyList['incident']>, terminal: Terminal): string {
  const { incident_id: id, severity, active, open_anomalies: open, entities } = incident;
  const state = active ? counted(open, 'open anomaly', 'open anomalies') : 'over';
  return `${id}  ${paintedRisk(severity, terminal)}, ${state}, ${counted(entities, 'entity', 'entities')}`;
}

function saidText(word: AnomalyDetail['words'][number]): string {
  if ('to' in word) return word.to === null ? 'assigned to nobody' : `assigned to ${word.to}`;
  const { said, status, verdict, remediated } = word;
  const what = said === 'verdict' ? '' : `${said.replace('_', ' ')}: `;
  return `${what}${[status, verdict, remediated ? 'remediated' : null].filter(Boolean).join(', ')}`;
}
