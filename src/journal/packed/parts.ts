import type {
  Address,
  Endpoint,
  Provenance,
  Sealed,
  SealedAccount,
  SealedMac,
  SealedName,
} from '../../model/index.ts';
import { type Field, list, number, running, text } from './field.ts';
import { flag, nullable, optional, structure } from './structure.ts';

/**
 * The parts that events of many kinds share. Nothing is appended to `base` and `flow`: they stand in the midst of the
 * tables that use them, whose later fields would take other flags.
 */

/** Which numbers run on together; see `running`. */
export const LANES = { time: 0, position: 1 } as const;

export const name = structure<SealedName>({
  domain: text(),
  fingerprint: text(),
  parents: list(text()),
  labels: structure<SealedName['labels']>({ count: number, length: number, entropy: number }),
  full: optional(text()),
  guarded: optional(flag),
});

export const mac = structure<SealedMac>({ fingerprint: text(), vendor: nullable(text()) });

export const account = structure<SealedAccount>({ fingerprint: text(), nature: text() });

export const fingerprint = text<Sealed['hostName']>();

export const endpoint = structure<Endpoint>({
  address: text(),
  port: nullable(number),
  local: nullable(flag),
});

const NO_ENDPOINT: Endpoint = { address: '' as Address, port: null, local: null };

/** Where an endpoint always stood until a release that may lack it: none is written as one without an address. */
export const endpointOrNone: Field<Endpoint | null> = {
  write: (sink, value) => endpoint.write(sink, value ?? NO_ENDPOINT),
  read(source) {
    const read = endpoint.read(source);
    return read.address === NO_ENDPOINT.address ? null : read;
  },
};

const provenance = structure<Provenance>({
  site: text(),
  sensor: text(),
  uid: nullable(text()),
  communityId: nullable(text()),
});

export const base = { time: running(LANES.time), provenance };

export const flow = { from: endpoint, to: endpoint, name: optional(name) };
