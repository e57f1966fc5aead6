import type { Micros } from './calendar.ts';
import type { Gateway } from './gateway.ts';
import type { Leases } from './leases.ts';
import type { Organisation } from './organisation.ts';
import { Random } from './random.ts';
import type { Internet } from './services.ts';
import type { Wire } from './wire.ts';

/** All that an actor can touch. */
export interface World {
  readonly seed: number;
  readonly begin: Micros;
  readonly until: Micros;
  readonly organisation: Organisation;
  readonly internet: Internet;
  readonly wire: Wire;
  readonly gateway: Gateway;
  readonly leases: Leases;
}

/** An actor's own stream of chance. */
export function chanceOf({ seed }: World, label: string): Random {
  return new Random(seed, `habit/${label}`);
}
