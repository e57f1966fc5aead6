import { type EpochMs, MINUTE_MS } from '../model/index.ts';
import { HOUR, type Micros, MINUTE, SECOND } from './calendar.ts';
import type { Device, Workstation } from './device.ts';
import { C2_RULE, CAMERA_RULE, type Rule } from './gateway.ts';
import { type Habit, once } from './habit.ts';
import { nthAddress, type Organisation } from './organisation.ts';
import { Random } from './random.ts';
import type { World } from './world.ts';
import { C2_ADDRESS } from './threats.ts';

/** What was put in, and when. For tests and people; the product never reads it. */
export interface Story {
  /** Its maker's support has ended. */
  readonly endOfLife: { readonly device: string; readonly supportEnded: EpochMs };
  /** Nothing was heard from it since. */
  readonly silent: { readonly device: string; readonly since: EpochMs };
  /** A healthy camera with a known rhythm. */
  readonly ordinary: {
    readonly device: string;
    readonly destinations: readonly string[];
    readonly connectionsPerHour: number;
  };
  /** Reaches for hosts that it never met before. */
  readonly lateral: {
    readonly device: string;
    readonly account: string;
    readonly from: EpochMs;
    readonly until: EpochMs;
    /** Distinct hosts within these minutes. */
    readonly hosts: number;
  };
  /** Tries a listed command-and-control address; the gateway blocks it. */
  readonly commandAndControl: {
    readonly device: string;
    readonly address: string;
    readonly policy: string;
    readonly attempts: number;
    readonly from: EpochMs;
    readonly until: EpochMs;
  };
  /** A camera tries hosts that its policy does not allow; the gateway blocks it. */
  readonly forbidden: {
    readonly device: string;
    readonly policy: string;
    readonly destinations: readonly string[];
  };
  readonly expiringCertificate: { readonly device: string; readonly notAfter: EpochMs };
}

const ORDINARY = 'dev_camera_floor3_east';
const END_OF_LIFE = 'dev_camera_parking_07';
const SILENT = 'dev_sensor_hvac_b2';
const LATERAL_TARGETS = 14;
/** File sharing, remote desktop, remote management. */
const LATERAL_PORTS = [445, 445, 3389, 5985] as const;
/** Servers that no office workstation has a reason to reach. */
const STRANGE_JOBS: ReadonlySet<string> = new Set([
  'database',
  'backup',
  'monitoring',
  'access',
  'building',
  'video',
  'app',
]);

/** Who does what, when: decided before the first line is written. */
export class Plot {
  readonly silentSince: Micros;
  readonly #random: Random;
  readonly #until: Micros;
  readonly #organisation: Organisation;
  readonly #attacker: Workstation;
  readonly #targets: readonly Pick<Device, 'address'>[];
  readonly #beaconing: Device;
  readonly #attempts: readonly Micros[];
  readonly #strayCamera: Device;
  readonly #strayDestinations: readonly string[];

  constructor(seed: number, until: Micros, organisation: Organisation) {
    const random = new Random(seed, 'story');
    this.#random = random;
    this.#until = until;
    this.#organisation = organisation;
    this.silentSince = until - 7 * HOUR - random.int(2 * HOUR);
    const { workstations } = organisation;
    const attacker = workstations[0];
    if (attacker === undefined) throw new RangeError('story: no workstation');
    this.#attacker = attacker;
    this.#targets = lateralTargets(random, organisation, attacker);
    this.#beaconing = random.pick([
      ...workstations.slice(1),
      ...organisation.badgeReaders,
      ...organisation.printers,
      ...organisation.sensors.filter(({ id }) => id !== SILENT),
    ]);
    const first = until - 80 * MINUTE;
    this.#attempts = Array.from(
      { length: random.between(6, 9) },
      (_, n) => first + n * 90 * SECOND + random.int(20 * SECOND),
    );
    this.#strayCamera = random.pick(
      organisation.cameras.filter(({ id }) => id !== ORDINARY && id !== END_OF_LIFE),
    );
    this.#strayDestinations = ['192.0.2.254', '203.0.113.254'];
  }

  isSilenced(device: Device): boolean {
    return device.id === SILENT;
  }

  habits(world: World): readonly Habit[] {
    return [
      once(this.#lateralFrom - 8 * MINUTE, (at) => this.#wake(world, at)),
      once(this.#lateralFrom, () => this.#moveLaterally(world)),
      ...this.#attempts.map((when) => once(when, (at) => this.#beacon(world, at))),
      ...this.#strayDestinations.map((address, n) =>
        once(this.#strayFrom + n * MINUTE, (at) => this.#stray(world, at, address)),
      ),
    ];
  }

  tell(): Story {
    const ended = this.#organisation.cameras.find(({ id }) => id === END_OF_LIFE)?.supportEnds ?? '';
    const intranet = this.#organisation.serverFor('intranet');
    return {
      endOfLife: { device: END_OF_LIFE, supportEnded: Date.parse(ended) },
      silent: { device: SILENT, since: ms(this.silentSince) },
      ordinary: {
        device: ORDINARY,
        destinations: ['mgmt.axis-cloud.com', '10.0.2.5'],
        connectionsPerHour: 2.1,
      },
      lateral: {
        device: this.#attacker.id,
        account: 'sarah.k@acmecorp.com',
        from: ms(this.#lateralFrom),
        until: ms(this.#lateralFrom) + 3 * MINUTE_MS,
        hosts: this.#targets.length,
      },
      commandAndControl: {
        device: this.#beaconing.id,
        address: C2_ADDRESS,
        policy: C2_RULE.policy ?? '',
        attempts: this.#attempts.length,
        from: ms(this.#attempts[0] ?? 0),
        until: ms(this.#attempts.at(-1) ?? 0),
      },
      forbidden: {
        device: this.#strayCamera.id,
        policy: CAMERA_RULE.policy ?? '',
        destinations: this.#strayDestinations,
      },
      expiringCertificate: { device: intranet.id, notAfter: ms(intranet.certificate.notAfter) },
    };
  }

  get #lateralFrom(): Micros {
    return this.#until - 5 * MINUTE;
  }

  get #strayFrom(): Micros {
    return this.#until - 5 * HOUR;
  }

  /** Whatever the hour is, the machine is on, and its owner's account is signed in. */
  #wake({ wire, leases, organisation }: World, at: Micros): void {
    leases.renew(at, this.#attacker);
    wire.kerberos(
      at + 20 * SECOND,
      this.#attacker,
      organisation.serverFor('domain'),
      this.#attacker.user.account,
      null,
    );
  }

  #moveLaterally({ wire, organisation }: World): void {
    const attacker = this.#attacker;
    const { account } = attacker.user;
    for (const [index, target] of this.#targets.entries()) {
      const at = this.#lateralFrom + index * 12 * SECOND + this.#random.int(5 * SECOND);
      const port = this.#random.pick(LATERAL_PORTS);
      const answer = this.#random.float();
      if (answer < 0.6) {
        const state = answer < 0.35 ? 'S0' : 'REJ';
        wire.connect(at, attacker, target, {
          protocol: 'tcp',
          port,
          service: null,
          duration: 0,
          sent: 0,
          received: 0,
          state,
        });
        continue;
      }
      wire.kerberos(at, attacker, organisation.serverFor('domain'), account, port === 445 ? 'cifs' : 'HTTP');
      const service = port === 445 ? 'smb,gssapi,ntlm' : port === 3389 ? 'rdp,ssl' : 'http';
      const session = { duration: 2 * SECOND, sent: 2_400, received: 1_900 } as const;
      const begin = at + SECOND / 10;
      const id = wire.connect(begin, attacker, target, { protocol: 'tcp', port, service, ...session });
      if (port === 445)
        wire.ntlm(begin + SECOND / 5, id, account, attacker.hostName, this.#random.chance(0.3));
    }
  }

  #beacon({ wire, gateway }: World, at: Micros): void {
    this.#denied({ wire, gateway }, at, this.#beaconing, C2_ADDRESS, C2_RULE);
  }

  #stray({ wire, gateway }: World, at: Micros, address: string): void {
    this.#denied({ wire, gateway }, at, this.#strayCamera, address, CAMERA_RULE);
  }

  /** One connection that two sensors see: the tap unanswered, the gateway dropped. */
  #denied(
    { wire, gateway }: Pick<World, 'wire' | 'gateway'>,
    at: Micros,
    { address: from }: Device,
    address: string,
    rule: Rule,
  ): void {
    const port = wire.ephemeralPort();
    wire.connect(at, { address: from }, { address }, { ...UNANSWERED, from: port });
    gateway.block(at, { address: from, port }, { address }, UNANSWERED.port, rule);
  }
}

const UNANSWERED = {
  protocol: 'tcp',
  port: 443,
  service: null,
  duration: 0,
  sent: 0,
  received: 0,
  state: 'S0',
} as const;

/** Five desks, then servers that no desk has business with, then whatever there is; last, addresses of nobody. */
function lateralTargets(
  random: Random,
  organisation: Organisation,
  attacker: Device,
): Pick<Device, 'address'>[] {
  const desks = random.shuffled(organisation.workstations.filter((each) => each !== attacker)).slice(0, 5);
  const servers = random.shuffled(organisation.servers.filter(({ job }) => STRANGE_JOBS.has(job)));
  const things = random.shuffled([...organisation.badgeReaders, ...organisation.network]);
  const nobody = Array.from({ length: LATERAL_TARGETS }, (_, index) => ({
    address: nthAddress('10.33', index),
  }));
  return [...desks, ...servers, ...things, ...nobody].slice(0, LATERAL_TARGETS);
}

function ms(at: Micros): EpochMs {
  return Math.floor(at / 1_000);
}
