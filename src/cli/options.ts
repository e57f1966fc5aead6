import type { OptionCard } from './option.ts';

/** Where real data lives unless said otherwise; relative to where the command runs. */
export const REAL_DATA = '.stance/data';
/** An invented fleet has a place of its own, so that it never mixes with real data. */
export const SIMULATED_DATA = '.stance/simulated';

/** Every command has these. */
export const COMMON: Readonly<Record<string, OptionCard>> = {
  json: { kind: 'flag', about: 'Print one JSON object instead of text' },
  help: { kind: 'flag', about: 'Show this help' },
};

/** The data directory of a command. */
export const DATA = {
  kind: 'text',
  value: 'DIR',
  fallback: REAL_DATA,
  about: 'Data directory (STANCE_DATA)',
} as const satisfies OptionCard;

/** Where a command works. */
export function dataOptions(fallback: string = REAL_DATA): Readonly<Record<string, OptionCard>> {
  return {
    data: { ...DATA, fallback },
    config: {
      kind: 'text',
      value: 'FILE',
      about: 'Configuration instead of DIR/stance.yaml (STANCE_CONFIG)',
    },
  };
}

/** How the server is reached. */
export const LISTEN_OPTIONS: Readonly<Record<string, OptionCard>> = {
  port: {
    kind: 'integer',
    value: 'N',
    fallback: '7117',
    field: 'listen.port',
    about: 'Port to listen on, 0 for any free one (STANCE_PORT)',
  },
  host: {
    kind: 'text',
    value: 'ADDRESS',
    fallback: '127.0.0.1',
    field: 'listen.host',
    about: 'Address to listen on (STANCE_HOST)',
  },
  'tls-cert': {
    kind: 'text',
    value: 'FILE',
    field: 'listen.tls.cert',
    isPath: true,
    about: 'Certificate chain, PEM (STANCE_TLS_CERT)',
  },
  'tls-key': {
    kind: 'text',
    value: 'FILE',
    field: 'listen.tls.key',
    isPath: true,
    about: 'Private key, PEM (STANCE_TLS_KEY)',
  },
  'behind-tls-proxy': {
    kind: 'flag',
    field: 'listen.behind_tls_proxy',
    about: 'A proxy in front ends TLS (STANCE_BEHIND_TLS_PROXY)',
  },
  'allowed-host': {
    kind: 'list',
    value: 'NAME',
    field: 'listen.allowed_hosts',
    about: 'A name by which clients reach this server; repeatable (STANCE_ALLOWED_HOSTS)',
  },
};

/** What kind of fleet is invented. */
export const FLEET_OPTIONS: Readonly<Record<string, OptionCard>> = {
  seed: { kind: 'integer', value: 'N', fallback: 1, least: 0, about: 'Another seed is another fleet' },
  devices: {
    kind: 'integer',
    value: 'N',
    fallback: 312,
    least: 12,
    most: 100_000,
    about: 'Devices in its inventory',
  },
  days: { kind: 'number', value: 'N', fallback: 17.5, least: 0.1, most: 3_660, about: 'Days of history' },
};

/** Why an operator changes something; it stands in the journal. */
export const REASON: OptionCard = { kind: 'text', value: 'TEXT', about: 'Why; kept in the journal' };
export const DRY_RUN: OptionCard = { kind: 'flag', about: 'Show what would change, and change nothing' };
