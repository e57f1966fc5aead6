import type { IntelFile, IntelImport, IntelListing } from '../intel/index.ts';
import { DAY_MS, type ThreatContext } from '../model/index.ts';
import { asText } from './screen-text.ts';
import { columns, counted, grouped } from './table.ts';
import type { Terminal } from './terminal.ts';

const SHOWN_FILES = 100;

/** What an import took: a row per file, why something was refused, and the sum. */
export function intelText(
  { files, records, indicators, refused, broken, seconds }: IntelImport,
  terminal: Terminal,
): string {
  const intel = files.filter(({ state }) => state !== 'not_intel');
  const header = [
    'Feed',
    'Format',
    'State',
    'As of',
    'Records',
    'Indicators',
    'Refused',
    'Skipped',
    'Seconds',
  ];
  const shown = intel.slice(0, SHOWN_FILES);
  const [head = '', ...body] = columns([header, ...shown.map(rowOf)], [4, 5, 6, 7, 8]);
  const unable = broken === 0 ? '.' : `; ${counted(broken, 'feed')} could not be taken.`;
  const others = files.length - intel.length;
  return [
    ...(intel.length === 0 ? ['No feed was found.'] : [terminal.paint('bold', head), ...body]),
    ...(intel.length > shown.length ? [`and ${counted(intel.length - shown.length, 'more feed')}`] : []),
    ...(others > 0
      ? [`${counted(others, 'other file')} passed over: no feed and no advisory in a format that is known.`]
      : []),
    ...complaints(intel, terminal),
    '',
    `${counted(indicators, 'indicator')} of ${counted(records, 'record')} in ${seconds.toFixed(1)} s, ${grouped(refused)} refused${unable}`,
  ].join('\n');
}

function rowOf({
  id,
  format,
  state,
  as_of,
  records,
  indicators,
  refused,
  skipped,
  seconds,
}: IntelFile): string[] {
  return [
    id,
    format ?? '',
    state,
    as_of?.slice(0, 10) ?? '',
    ...[records, indicators, refused, skipped].map(grouped),
    seconds.toFixed(2),
  ];
}

/** File, line and reason; never what stood there. */
function complaints(files: readonly IntelFile[], terminal: Terminal): string[] {
  const lines = files.flatMap(({ path, state, message, reasons, refusals, refused }) => {
    const isPlaced = (state === 'broken' || state === 'not_intel') && message?.startsWith('feed ') !== true;
    if (message !== null) return [`  ${asText(isPlaced ? message : `${path}: ${message}`)}`];
    if (refused === 0) return [];
    const why = Object.entries(reasons).map(([reason, count]) => `${grouped(count)} ${reason}`);
    const where = refusals.slice(0, 3).map(({ line }) => String(line));
    return [
      `  ${asText(path)}: ${why.join(', ')} (line ${where.join(', ')}${refused > where.length ? ', …' : ''})`,
    ];
  });
  return lines.length === 0 ? [] : ['', terminal.paint('bold', 'Not taken'), ...lines];
}

export function intelListText(listing: IntelListing, terminal: Terminal, now: number): string {
  const { warning_lists } = listing;
  const rows = warning_lists.map(({ id, effect, as_of, entries, place }) => [
    id,
    effect,
    as_of?.slice(0, 10) ?? '',
    grouped(entries),
    place ?? '',
  ]);
  const { actor_names } = listing;
  const [head = '', ...body] = columns(
    [['Warning list', 'Effect', 'As of', 'Entries', 'From'], ...rows],
    [3],
  );
  return [
    ...feedLines(listing, terminal, now),
    ...sourceLines(listing, terminal),
    ...(rows.length === 0 ? [] : ['', terminal.paint('bold', head), ...body]),
    ...actor_names.map(
      ({ id, actors, place }) =>
        `${id}: names of ${counted(actors, 'group')} of attackers${place === null ? '' : `, from ${asText(place)}`}`,
    ),
  ].join('\n');
}

function feedLines({ feeds }: IntelListing, terminal: Terminal, now: number): readonly string[] {
  if (feeds.length === 0) return ['No feed is active: stance intel import PATH…'];
  const rows = feeds.map(({ id, format, as_of, indicators, place, same_content_as }) => [
    id,
    format,
    as_of.slice(0, 10),
    age(now - Date.parse(as_of)),
    grouped(indicators),
    `${place ?? ''}${same_content_as === null ? '' : ` (same content as ${same_content_as}, counts once)`}`.trimStart(),
  ]);
  const [head = '', ...body] = columns(
    [['Feed', 'Format', 'As of', 'Age', 'Indicators', 'From'], ...rows],
    [3, 4],
  );
  return [terminal.paint('bold', head), ...body];
}

function sourceLines({ sources }: IntelListing, terminal: Terminal): readonly string[] {
  if (sources.length === 0) return [];
  const rows = sources.map(({ id, kind, last_fetched, next, problem, failures }) => [
    id,
    kind,
    minute(last_fetched) ?? 'never',
    minute(next) ?? '',
    problem === null
      ? 'ok'
      : `${failures === 0 ? 'not whole' : `failed ${counted(failures, 'time')}`}: ${problem}`,
  ]);
  const [head = '', ...body] = columns([['Source', 'Kind', 'Last fetched', 'Next', 'State'], ...rows], []);
  return ['', terminal.paint('bold', head), ...body];
}

/** `2026-05-21 09:00`, in UTC. */
function minute(instant: string | null): string | null {
  return instant === null ? null : instant.slice(0, 16).replace('T', ' ');
}

function age(ms: number): string {
  return counted(Math.max(0, Math.floor(ms / DAY_MS)), 'day');
}

/** What is known of an indicator; or why nothing could be asked about what was given. */
export type Looked =
  | ThreatContext
  | { readonly indicator: string; readonly error: { readonly code: string; readonly message: string } };

export function lookupText(answers: readonly Looked[], terminal: Terminal): string {
  return answers
    .map((answer) => ('error' in answer ? unasked(answer.error, terminal) : lookupLines(answer, terminal)))
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The message names what was given, and cuts it where it is long. */
function unasked({ message }: { readonly message: string }, terminal: Terminal): string[] {
  return [`${terminal.paint('bold', 'Not asked')}  ${message}`];
}

function lookupLines(answer: ThreatContext, terminal: Terminal): string[] {
  const {
    indicator,
    reputation,
    categories,
    threat_actors,
    feed_sources,
    confidence,
    evidence,
    seen_in_fleet,
    warning_lists,
    actor_claims,
    feed_store,
  } = answer;
  return [
    `${terminal.paint('bold', indicator)}  ${reputation}${categories.length === 0 ? '' : `  ${categories.join(', ')}`}`,
    `  ${counted(feed_sources, 'independent feed')} list it now, confidence ${confidence}`,
    ...(warning_lists.length === 0 ? [] : [`  on the warning lists ${warning_lists.join(', ')}`]),
    ...(threat_actors.length === 0 ? [] : [`  said to be of ${threat_actors.join(', ')}`]),
    ...actor_claims
      .filter(({ ambiguous }) => ambiguous)
      .map(
        ({ claimed, candidates }) =>
          `  ${claimed} is a name of several: ${[...new Set(candidates.map(({ name }) => name))].join(', ')}`,
      ),
    ...evidence.map(
      ({ feed, listed_as, feed_as_of, current, ports, same_content_as }) =>
        `  ${feed} of ${feed_as_of.slice(0, 10)} lists ${listed_as}${ports.length === 0 ? '' : ` for port ${ports.join(' and ')}`}${same_content_as === undefined ? '' : ` (same content as ${same_content_as}, counts once)`}${current ? '' : ' (too old to count)'}`,
    ),
    ...(feed_store.stale
      ? [`  the feeds are old: the newest is ${feed_store.newest?.slice(0, 10) ?? 'missing'}`]
      : []),
    ...feed_store.failing.map(
      ({ feed, last_fetched, problem }) =>
        `  ${feed} was last fetched ${minute(last_fetched) ?? 'never'}: ${problem}`,
    ),
    `  met by ${counted(seen_in_fleet.entities, 'entity', 'entities')}${seen_in_fleet.last === null ? '' : `, last ${seen_in_fleet.last}`}`,
  ];
}
