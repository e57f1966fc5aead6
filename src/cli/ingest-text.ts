import type { FileSummary, IngestSummary } from '../model/index.ts';
import { asText } from './screen-text.ts';
import { columns, counted, grouped } from './table.ts';
import type { Terminal } from './terminal.ts';

const SHOWN_FILES = 40;
const SHOWN_KINDS = 8;

/** What an ingest read: a row per file, why records were refused, and the sum. */
export function ingestText(summary: IngestSummary, terminal: Terminal): string {
  const { files } = summary;
  const rows = files.slice(0, SHOWN_FILES).map(rowOf);
  const header = ['File', 'Format', 'Read', 'Accepted', 'Refused', 'Duplicates', 'Skipped'];
  const [head = '', ...body] = columns([header, ...rows], [2, 3, 4, 5, 6]);
  const hidden = files.length - rows.length;
  return [
    ...(files.length === 0 ? ['No log was found.'] : [terminal.paint('bold', head), ...body]),
    ...(hidden > 0 ? [`and ${counted(hidden, 'more file')}`] : []),
    ...faults(files, terminal),
    ...refusals(files, terminal),
    ...skips(files),
    ...notes(files),
    '',
    `${grouped(summary.accepted)} of ${counted(summary.read, 'record')} accepted in ${summary.seconds.toFixed(1)} s` +
      ` (${grouped(summary.refused)} refused, ${counted(summary.duplicates, 'duplicate')}, ${grouped(summary.skipped)} skipped, ${grouped(summary.late)} late);` +
      ` ${counted(summary.entities, 'entity', 'entities')} known.`,
  ].join('\n');
}

function rowOf({ path, format, read, accepted, refused, duplicates, skipped }: FileSummary): string[] {
  return [path, format, ...[read, accepted, refused, duplicates, skipped].map(grouped)];
}

/** Files that were not read, or not to their end. */
function faults(files: readonly FileSummary[], terminal: Terminal): string[] {
  const broken = files.filter(({ fault }) => fault !== undefined);
  if (broken.length === 0) return [];
  return [
    '',
    terminal.paint('bold', 'Not read to the end'),
    ...broken.slice(0, SHOWN_FILES).map(({ path, fault }) => `  ${asText(path)}: ${fault}`),
    ...(broken.length > SHOWN_FILES ? [`  and ${counted(broken.length - SHOWN_FILES, 'more file')}`] : []),
  ];
}

/** File, line (or the record's place), reason and field; never the record. */
function refusals(files: readonly FileSummary[], terminal: Terminal): string[] {
  const refused = files.filter((file) => file.refused > 0);
  if (refused.length === 0) return [];
  return [
    '',
    terminal.paint('bold', 'Refused'),
    ...refused.flatMap(({ path, framing, reasons, refusals: first, refused: total }) => [
      `  ${asText(path)}: ${Object.entries(reasons)
        .map(([reason, count]) => `${grouped(count)} ${reason}`)
        .join(', ')}`,
      ...columns(
        first.map(({ line, reason, field }) => [
          `    ${framing === 'values' ? 'record' : 'line'} ${line}`,
          reason,
          field ?? '',
        ]),
      ),
      ...(total > first.length ? [`    and ${grouped(total - first.length)} more`] : []),
    ]),
  ];
}

/** Kinds that were passed over, all files together. */
function skips(files: readonly FileSummary[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    for (const [kind, count] of Object.entries(file.skips)) counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  if (counts.size === 0) return [];
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const named = sorted.slice(0, SHOWN_KINDS).map(([kind, count]) => `${kind} (${grouped(count)})`);
  const more = sorted.length > SHOWN_KINDS ? ` and ${counted(sorted.length - SHOWN_KINDS, 'more kind')}` : '';
  return ['', asText(`Passed over, because Stance does not read them: ${named.join(', ')}${more}`)];
}

/** What else is to be known of single files. */
function notes(files: readonly FileSummary[]): string[] {
  const noted = files.filter(({ note }) => note !== undefined);
  if (noted.length === 0) return [];
  return [
    '',
    ...noted.slice(0, SHOWN_FILES).map(({ path, note }) => `${asText(path)}: ${note}`),
    ...(noted.length > SHOWN_FILES ? [`and ${counted(noted.length - SHOWN_FILES, 'more file')}`] : []),
  ];
}
