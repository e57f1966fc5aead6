import { type DestinationSelector, type Protocol, PROTOCOLS } from '../model/index.ts';
import { add, type RuleSet, noRules } from './bits.ts';
import { parseService } from './services.ts';
import { cutLine, type Stretch } from './stretches.ts';

type Services = Pick<DestinationSelector, 'ports' | 'services'>;

/** The ports of one protocol, cut where some rule begins or ends. */
interface Ports {
  readonly cuts: Int32Array;
  readonly sets: readonly RuleSet[];
  /** Of what has no port. */
  readonly portless: RuleSet;
}

/** Which rules a protocol and port are within; those that name neither port nor service are always among them. */
export class ServiceTable {
  /** By protocol; the last is that of an unknown one, which only rules for ports of any protocol speak about. */
  readonly #ports: readonly Ports[];

  /** @param selectors by rule; `null` for a rule that is in no answer */
  constructor(selectors: readonly (Services | null)[]) {
    const open: RuleSet = noRules(selectors.length);
    for (const [rule, each] of selectors.entries()) if (each !== null && isOpen(each)) add(open, rule);
    this.#ports = [...PROTOCOLS, null].map((protocol) => portsOf(protocol, selectors, open));
  }

  of(protocol: Protocol | null, port: number | null): RuleSet {
    const place = protocol === null ? PROTOCOLS.length : PROTOCOLS.indexOf(protocol);
    const { cuts, sets, portless } = this.#ports[place] as Ports;
    if (port === null) return portless;
    let [low, high] = [0, cuts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((cuts[middle] as number) <= port) low = middle;
      else high = middle - 1;
    }
    return sets[low] as RuleSet;
  }
}

function portsOf(protocol: Protocol | null, selectors: readonly (Services | null)[], open: RuleSet): Ports {
  const stretches: Stretch<number>[] = [];
  const portless = open.slice();
  for (const [rule, each] of selectors.entries()) {
    for (const port of each?.ports ?? []) stretches.push({ rule, first: port, behind: port + 1 });
    for (const text of each?.services ?? []) {
      const service = parseService(text);
      if (service === null || service.protocol !== protocol) continue;
      if (service.ports === null) add(portless, rule);
      else stretches.push({ rule, first: service.ports[0], behind: service.ports[1] + 1 });
    }
  }
  const { cuts, sets } = cutLine(stretches, 0, (a, b) => a - b, selectors.length);
  const all = new Map<RuleSet, RuleSet>();
  for (const set of sets) {
    if (!all.has(set))
      all.set(
        set,
        set.map((word, place) => word | (portless[place] as number)),
      );
  }
  return { cuts: Int32Array.from(cuts), sets: sets.map((set) => all.get(set) ?? portless), portless };
}

function isOpen({ ports, services }: Services): boolean {
  return ports === undefined && services === undefined;
}
