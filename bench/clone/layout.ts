/*
 * What the sections of a snapshot refer to, by their names there: what has to differ from copy to copy. All else is
 * repeated as it is. Who gives state a reference that is missing here is mostly told by `likeness.ts`: the copies then
 * answer otherwise than their model.
 */

const DEVICES = 'directory/devices/columns/rows';
const USERS = 'directory/users/columns/rows';
const ENTITIES = 'partition 0/entities/columns';
const BEHAVIORS = 'partition 0/histories/behaviors';

/** Of the fleet as a whole, or of the world: read once, whatever the number of copies. */
export const SHARED: readonly string[] = [
  'words',
  'feeds',
  'active feeds',
  'policies',
  'time',
  'names',
  'sensors',
  'peers',
  'destinations',
  'askers',
  'probers',
  'certificates/facts',
  'certificates/awaited',
  'enforcement',
  'ledger',
  'history',
  'folded',
  'suppressions',
  'maintenance',
  'acceptances',
  'calibration',
  'incidents',
];

/** Follows from the rest, and is added up anew where it is missing. */
export const LEFT_OUT = 'partition 0/sums';

/** Packed texts that many rows name, and what names them: the world's are shared, a copy's own are its own. */
export const BEHAVIOR_TEXTS = `${BEHAVIORS}/texts`;
export const BEHAVIOR_TEXT_COLUMNS =
  /\/behaviors\/(?:baselines\/destinations\/(?:key|display)|(?:lateral_movement|port_scan|policy_evasion)\/targets\/text|(?:beaconing|data_exfiltration|brute_force)\/places\/peer)$/;

/** Columns of a table that say where the texts of its rows are, and the part that has the texts. */
export const ROW_TEXTS: Readonly<Record<string, string>> = {
  [`${DEVICES}/declared`]: 'directory/devices/columns/declarations/own',
  [`${DEVICES}/address`]: 'directory/devices/columns/address',
  [`${DEVICES}/macs`]: 'directory/devices/columns/macs',
  [`${DEVICES}/host_names`]: 'directory/devices/columns/hostNames',
  [`${DEVICES}/wire_mac`]: 'directory/devices/columns/wireMac',
  [`${DEVICES}/joined_mac`]: 'directory/devices/columns/joinedMac',
  [`${DEVICES}/claimed`]: 'directory/devices/columns/claimed',
  [`${DEVICES}/reported`]: 'directory/devices/columns/reported',
  [`${USERS}/devices`]: 'directory/users/columns/devices',
};

/** Records that sleep as texts, and whose rows they are of. */
export const LAZY_RECORDS: Readonly<Record<string, string>> = {
  'directory/sharing': DEVICES,
  'partition 0/histories/sign_ins': ENTITIES,
  'partition 0/histories/components': ENTITIES,
  'partition 0/histories/habits': ENTITIES,
};

interface Reference {
  /** Columns, by a pattern of their whole name. */
  readonly columns: RegExp;
  /** To rows of a table, rows of runs, or a list of texts; `$1` is what the pattern found. */
  readonly to: string;
  /** 0 is nobody: one more than the row. */
  readonly isFromOne?: boolean;
}

const PLACE = String.raw`directory/places/(\d+)`;

export const ROW_REFERENCES: readonly Reference[] = [
  { columns: /^directory\/last_import\/device$/, to: DEVICES },
  { columns: /^directory\/users\/fingerprints\/rows\/number$/, to: USERS, isFromOne: true },
  {
    columns: new RegExp(`^${PLACE}/bindings/(?:first/rows/number|claims/next)$`),
    to: 'directory/places/$1/bindings/claims',
    isFromOne: true,
  },
  { columns: new RegExp(`^${PLACE}/bindings/claims/device$`), to: DEVICES },
  {
    columns: new RegExp(`^${PLACE}/(?:macs|hostNames|certificates)/rows/number$`),
    to: DEVICES,
    isFromOne: true,
  },
  { columns: new RegExp(`^${PLACE}/wire/macs/holder$`), to: DEVICES, isFromOne: true },
  {
    columns: new RegExp(`^${PLACE}/wire/(?:macs/mac|beside/address)$`),
    to: 'directory/texts',
    isFromOne: true,
  },
  { columns: /^partition 0\/entities\/columns\/behavior$/, to: `${BEHAVIORS}/rows`, isFromOne: true },
  { columns: /^partition 0\/entities\/columns\/firstFactor$/, to: 'partition 0/standings/factors' },
  { columns: /^.*\/behaviors\/rows\/destinations$/, to: `${BEHAVIORS}/baselines/destinations` },
  { columns: /^.*\/behaviors\/rows\/rates$/, to: `${BEHAVIORS}/baselines/rates`, isFromOne: true },
  {
    columns: /^.*\/behaviors\/rows\/(lateral_movement|port_scan|policy_evasion)$/,
    to: `${BEHAVIORS}/$1/windows`,
    isFromOne: true,
  },
  {
    columns: /^.*\/behaviors\/(lateral_movement|port_scan|policy_evasion)\/windows\/begin$/,
    to: `${BEHAVIORS}/$1/targets`,
  },
  { columns: /^.*\/behaviors\/rows\/ventures$/, to: `${BEHAVIORS}/baselines/ventures`, isFromOne: true },
  { columns: /^.*\/behaviors\/rows\/beacons$/, to: `${BEHAVIORS}/beaconing/heads`, isFromOne: true },
  { columns: /^.*\/behaviors\/rows\/uploads$/, to: `${BEHAVIORS}/data_exfiltration/heads`, isFromOne: true },
  {
    columns: /^.*\/behaviors\/(beaconing|data_exfiltration|brute_force)\/heads\/begin$/,
    to: `${BEHAVIORS}/$1/places`,
  },
  {
    columns: /^.*\/behaviors\/beaconing\/places\/samples$/,
    to: `${BEHAVIORS}/beaconing/samples`,
    isFromOne: true,
  },
  { columns: /^.*\/behaviors\/rows\/services$/, to: `${BEHAVIORS}/new_service`, isFromOne: true },
  { columns: /^.*\/behaviors\/rows\/dns_tunnel$/, to: `${BEHAVIORS}/dns_tunnel/watched`, isFromOne: true },
  { columns: /^.*\/behaviors\/dns_tunnel\/watched\/begin$/, to: `${BEHAVIORS}/dns_tunnel/domains` },
  {
    columns: /^.*\/behaviors\/dns_tunnel\/domains\/registers$/,
    to: `${BEHAVIORS}/dns_tunnel/names`,
    isFromOne: true,
  },
  { columns: /^.*\/behaviors\/rows\/dga_domains$/, to: `${BEHAVIORS}/dga_domains/missed`, isFromOne: true },
  {
    columns: /^.*\/behaviors\/dga_domains\/missed\/registers$/,
    to: `${BEHAVIORS}/dga_domains/domains`,
    isFromOne: true,
  },
  { columns: /^.*\/behaviors\/rows\/brute_force$/, to: `${BEHAVIORS}/brute_force/heads`, isFromOne: true },
  {
    columns: /^.*\/behaviors\/brute_force\/places\/charge$/,
    to: `${BEHAVIORS}/brute_force/charges`,
    isFromOne: true,
  },
  {
    columns: /^.*\/behaviors\/rows\/hours_of_day$/,
    to: `${BEHAVIORS}/baselines/habits/hours_of_day`,
    isFromOne: true,
  },
  {
    columns: /^.*\/behaviors\/rows\/ports_used$/,
    to: `${BEHAVIORS}/baselines/habits/ports_used/heads`,
    isFromOne: true,
  },
  {
    columns: /^.*\/behaviors\/baselines\/habits\/ports_used\/heads\/begin$/,
    to: `${BEHAVIORS}/baselines/habits/ports_used/places`,
  },
];

/** Records that begin with the number of a row of a table. */
export const NUMBERED_RECORDS: Readonly<Record<string, string>> = {
  [`${BEHAVIORS}/claims`]: `${BEHAVIORS}/rows`,
};
