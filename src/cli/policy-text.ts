import type { DryRun, PolicyCheck, PolicyListing } from '../operations/index.ts';
import { asText } from './screen-text.ts';
import { columns, counted, grouped } from './table.ts';
import type { Terminal } from './terminal.ts';

const LISTED_DEVICES = 3;

/** Names that mean nobody: no mistake of the files, and yet mostly one. */
export function warningLines(warnings: readonly string[], terminal: Terminal): string[] {
  return warnings.map((each) => `${terminal.paint('yellow', 'warning')}  ${asText(each)}`);
}

export function checkText({ ok, files, policies, warnings = [] }: PolicyCheck, terminal: Terminal): string {
  const lines = files.flatMap((file) => {
    if (file.ok) {
      const from = file.form === 'kubernetes' ? ', from manifests of a cluster' : '';
      return [
        `${terminal.paint('green', 'ok')}  ${asText(file.path)}: ${counted(file.policies, 'policy', 'policies')}${from}`,
      ];
    }
    return file.errors.map(({ line, path, message }) => {
      const field = path === '' ? '' : `${path}: `;
      return `${terminal.paint('red', 'refused')}  ${asText(`${file.path}:${line} ${field}${message}`)}`;
    });
  });
  const verdict = ok
    ? `${counted(policies, 'policy', 'policies')} could be put in force.`
    : 'Nothing of it could be put in force.';
  return [...lines, ...warningLines(warnings, terminal), verdict].join('\n');
}

export function listText(
  { policies, enforcement, revision, applied_at, actor, reason, warnings, said_at }: PolicyListing,
  terminal: Terminal,
): string {
  if (policies.length === 0) return 'No policies are in force.';
  const rows = policies.map((policy, index) => {
    const seen = enforcement[index];
    const enforced = seen?.enforced_sites ?? [];
    return [
      String(policy['id']),
      String(policy['priority']),
      String(policy['action']),
      String(policy['mode']),
      seen?.mode === 'monitor' ? '' : enforced.length === 0 ? 'not seen anywhere' : enforced.join(', '),
    ];
  });
  const [head = '', ...body] = columns(
    [['Policy', 'Priority', 'Action', 'Mode', 'Seen to deny at'], ...rows],
    [1],
  );
  const said = said_at === null ? '' : `, said at ${said_at}`;
  const why = reason === null ? '' : `: ${asText(reason)}`;
  const since =
    applied_at === null
      ? ''
      : `Revision ${revision}, put in force at ${applied_at} by ${actor ?? 'unknown'}${said}${why}.`;
  const told = warningLines(warnings, terminal);
  const parts = [[terminal.paint('bold', head), ...body], since === '' ? [] : [since], told];
  return parts
    .filter(({ length }) => length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

export function dryRunText(result: DryRun, terminal: Terminal): string {
  const { connections, from, to } = result;
  if (connections === 0) return 'The journal keeps no connection that a device of the fleet opened.';
  const rows = result.policies.map((each) => [
    each.policy_id,
    each.action,
    grouped(each.matched),
    each.action === 'deny' ? grouped(each.would_break) : '',
    grouped(each.devices_total),
    each.devices
      .slice(0, LISTED_DEVICES)
      .map(({ device_id, connections: count }) => `${device_id} (${grouped(count)})`)
      .join(', '),
  ]);
  const header = ['Policy', 'Action', 'Decides', 'Would break', 'Devices', 'Most of them by'];
  const [head = '', ...body] = columns([header, ...rows], [2, 3, 4]);
  const examples = result.policies.flatMap((each) =>
    each.action !== 'deny' || each.examples.length === 0
      ? []
      : [
          '',
          `${each.policy_id} would have denied, for example:`,
          ...each.examples.map(
            ({ at, device_id, destination, protocol, port, outcome, sensor, uid }) =>
              `  ${at}  ${device_id} → ${destination} ${protocol}${port === null ? '' : `/${port}`}, ${outcome}  (${sensor}${uid === null ? '' : ` ${uid}`})`,
          ),
        ],
  );
  return [
    `${grouped(connections)} connections from ${from ?? '?'} to ${to ?? '?'}`,
    `covered ${percent(result.covered, connections)} (now ${percent(result.covered_now, connections)}), ` +
      `denied ${grouped(result.denied)} (now ${grouped(result.denied_now)}): ${grouped(result.newly_denied)} newly, ${grouped(result.no_longer_denied)} no longer`,
    '',
    terminal.paint('bold', head),
    ...body,
    ...examples,
    '',
    'Nothing was written.',
  ].join('\n');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
