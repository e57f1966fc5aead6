/*
 * What the sections of a snapshot refer to, by their names there: what has to differ from copy to copy. All else is
 * repeated as it is. Who gives state a reference that is missing here is told by `clone.ts`: the copies then answer
 * otherwise than their model.
 */

const BEHAVIORS = 'partition 0/histories/behaviors';
const DEVICES = 'directory/devices/devices';

/** Of the fleet as a whole, or of the world: read once, whatever the number of copies. */
export const SHARED: readonly string[] = [
  'words',
  'feeds',
  'policies',
  'time',
  'names',
  'sensors',
  'destinations',
  'certificates/facts',
  'certificates/awaited',
  'enforcement',
  'ledger',
  'history',
  'folded',
];

/** Numbered texts, and the number of the first. */
export const TEXTS: Readonly<Record<string, number>> = {
  'directory/texts': 1,
  [`${BEHAVIORS}/texts`]: 0,
  'partition 0/histories/sensors': 0,
  'partition 0/standings/types': 0,
  'partition 0/standings/names': 0,
};

interface Reference {
  /** Columns, by a pattern of their name. */
  readonly columns: RegExp;
  /** To rows of a table, rows of runs, or a text. */
  readonly to: string;
  /** 0 is nobody: one more than the row. */
  readonly isFromOne?: boolean;
}

export const TEXT_REFERENCES: readonly Reference[] = [
  { columns: /^directory\/devices\/devices\/(?:site|address|wireMac|joinedMac)$/, to: 'directory/texts' },
  { columns: /^directory\/devices\/(?:macs\/fingerprint|names\/name)$/, to: 'directory/texts' },
  { columns: /^directory\/places\/\d+\/bindings\/(?:addresses|claimed)\/address$/, to: 'directory/texts' },
  { columns: /^directory\/places\/\d+\/wire\/(?:macs\/mac|beside\/address)$/, to: 'directory/texts' },
  { columns: /^directory\/places\/\d+\/(?:macs|hostNames|certificates)\/name$/, to: 'directory/texts' },
  { columns: /\/behaviors\/baselines\/destinations\/(?:key|display)$/, to: `${BEHAVIORS}/texts` },
  { columns: /\/behaviors\/(?:lateral_movement|port_scan)\/targets\/text$/, to: `${BEHAVIORS}/texts` },
];

export const ROW_REFERENCES: readonly Reference[] = [
  { columns: /^directory\/places\/\d+\/bindings\/(?:claims|claimed)\/device$/, to: DEVICES },
  { columns: /^directory\/places\/\d+\/(?:macs|hostNames|certificates)\/device$/, to: DEVICES },
  { columns: /^directory\/places\/\d+\/wire\/macs\/holder$/, to: DEVICES, isFromOne: true },
  { columns: /^partition 0\/entities\/columns\/behavior$/, to: `${BEHAVIORS}/rows`, isFromOne: true },
  { columns: /^partition 0\/entities\/columns\/firstFactor$/, to: 'partition 0/standings/factors' },
  { columns: /\/behaviors\/rows\/destinations$/, to: `${BEHAVIORS}/baselines/destinations` },
  { columns: /\/behaviors\/rows\/rates$/, to: `${BEHAVIORS}/baselines/rates`, isFromOne: true },
  ...['lateral_movement', 'port_scan'].flatMap((detector) => [
    {
      columns: new RegExp(`/behaviors/rows/${detector}$`),
      to: `${BEHAVIORS}/${detector}/windows`,
      isFromOne: true,
    },
    {
      columns: new RegExp(`/behaviors/${detector}/windows/begin$`),
      to: `${BEHAVIORS}/${detector}/targets`,
    },
  ]),
];

/** Records that name a row, and where in them its number stands. */
export const NUMBERED_RECORDS: Readonly<Record<string, { readonly to: string; readonly at: string | 0 }>> = {
  'directory/devices/few': { to: DEVICES, at: 'number' },
  'partition 0/histories/signIns': { to: 'partition 0/entities/columns', at: 0 },
  'partition 0/histories/software': { to: 'partition 0/entities/columns', at: 0 },
  [`${BEHAVIORS}/claims`]: { to: `${BEHAVIORS}/rows`, at: 0 },
};
