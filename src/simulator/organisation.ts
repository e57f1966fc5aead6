import { DAY_MS } from '../model/index.ts';
import { DAY, type Micros } from './calendar.ts';
import type { Device, DeviceClass, Server, ServerCertificate, Workstation } from './device.ts';
import {
  AXIS_CAMERA,
  BADGE_READERS,
  CAMERAS,
  type Model,
  NETWORK_GEAR,
  PRINTERS,
  SENSORS,
  SERVERS,
  WORKSTATIONS,
} from './models.ts';
import { inventPeople } from './people.ts';
import { cameraPlaces, doorPlaces, printerPlaces, sensorPlaces } from './places.ts';
import { Random } from './random.ts';
import { SERVER_PLANS, type ServerPlan } from './server-plans.ts';

/** Fewer devices do not make an organisation in which the story can happen. */
const FEWEST_DEVICES = 12;

/** How an organisation's devices divide; what is left over are workstations. */
const SHARES: Readonly<Record<Exclude<DeviceClass, 'workstation'>, { share: number; least: number }>> = {
  camera: { share: 0.31, least: 3 },
  sensor: { share: 0.19, least: 1 },
  badge_reader: { share: 0.09, least: 1 },
  printer: { share: 0.03, least: 0 },
  server: { share: 0.06, least: 4 },
  network: { share: 0.06, least: 1 },
};

/** The first two octets of each kind of device's network. */
const NETWORKS: Readonly<Record<DeviceClass, string>> = {
  network: '10.1',
  server: '10.0',
  camera: '10.16',
  sensor: '10.20',
  badge_reader: '10.24',
  printer: '10.28',
  workstation: '10.32',
};
export const GUEST_NETWORK = '10.64';
/** Addresses given out within a /24. */
const SUBNET = 240;

/** The organisation: who and what is there, before anything happens. */
export class Organisation {
  readonly cameras: readonly Device[];
  readonly sensors: readonly Device[];
  readonly badgeReaders: readonly Device[];
  readonly printers: readonly Device[];
  readonly network: readonly Device[];
  readonly servers: readonly Server[];
  readonly workstations: readonly Workstation[];
  readonly #seed: number;
  readonly #until: Micros;

  constructor(seed: number, until: Micros, devices: number) {
    if (!Number.isSafeInteger(devices) || devices < FEWEST_DEVICES) {
      throw new RangeError(
        `devices: ${devices} given, at least ${FEWEST_DEVICES} needed for a whole organisation`,
      );
    }
    this.#seed = seed;
    this.#until = until;
    const counts = shareOut(devices);
    const random = new Random(seed, 'places');
    this.cameras = this.#cameras(cameraPlaces(random, counts.camera, ['floor3_east', 'parking_07']));
    this.sensors = this.#sensors(sensorPlaces(random, counts.sensor, ['hvac_b2']));
    this.badgeReaders = doorPlaces(random, counts.badge_reader).map((place, index) =>
      this.#device('badge_reader', index, `badge_${place}`, 'badge_reader', 'facilities', BADGE_READERS),
    );
    this.printers = printerPlaces(random, counts.printer).map((place, index) =>
      this.#device('printer', index, `printer_${place}`, 'printer', 'it-operations', PRINTERS),
    );
    this.network = this.#networkGear(counts.network);
    this.servers = this.#servers(counts.server);
    this.workstations = this.#workstations(counts.workstation);
  }

  /** Everything in the inventory, in the order of its file. */
  get devices(): readonly Device[] {
    const { cameras, sensors, badgeReaders, workstations, printers, servers, network } = this;
    return [...cameras, ...sensors, ...badgeReaders, ...workstations, ...printers, ...servers, ...network];
  }

  /** The server that does a job; in a small organisation the file server does what has none of its own. */
  serverFor(job: Server['job']): Server {
    const server =
      this.servers.find((each) => each.job === job) ?? this.servers.find((each) => each.job === 'files');
    if (server === undefined) throw new RangeError(`organisation: no server for ${job}`);
    return server;
  }

  #cameras(places: readonly string[]): Device[] {
    return places.map((place, index) => {
      const fixed = place === 'floor3_east';
      const ended = place === 'parking_07';
      return this.#device(
        'camera',
        index,
        `camera_${place}`,
        'ip_camera',
        'physical-security',
        fixed ? [AXIS_CAMERA] : CAMERAS,
        {
          ...(fixed ? { firmware: '11.8.93' } : {}),
          tags: ['video', place.startsWith('floor') ? 'indoor' : 'outdoor'],
          supportEnds: this.#date(ended ? -140 : fixed ? 1_400 : 300 + this.#random(place).int(1_800)),
        },
      );
    });
  }

  #sensors(places: readonly string[]): Device[] {
    return places.map((place, index) => {
      const kind = place.startsWith('hvac') ? 'hvac_sensor' : 'environment_sensor';
      return this.#device('sensor', index, `sensor_${place}`, kind, 'facilities', SENSORS, {
        tags: ['building'],
      });
    });
  }

  #networkGear(count: number): Device[] {
    return Array.from({ length: count }, (_, index) => {
      if (index === 0) {
        return this.#device('network', index, 'gateway', 'gateway', 'network', NETWORK_GEAR, {
          criticality: 'vital',
        });
      }
      const [name, kind] = index % 3 === 1 ? ['switch', 'switch'] : ['ap', 'access_point'];
      return this.#device(
        'network',
        index,
        `${name}_${String(index).padStart(2, '0')}`,
        kind,
        'network',
        NETWORK_GEAR,
      );
    });
  }

  #servers(count: number): Server[] {
    return Array.from({ length: count }, (_, index) => {
      const plan = SERVER_PLANS[index] ?? appServer(index - SERVER_PLANS.length + 3);
      const { criticality, roles, workloads } = plan;
      const device = this.#device('server', index, `server_${plan.name}`, 'server', plan.owner, SERVERS, {
        criticality,
        roles,
        workloads,
        ...(plan.host === undefined ? {} : { address: `10.0.2.${plan.host}` }),
        supportEnds: this.#date(500 + this.#random(plan.name).int(1_200)),
      });
      return { ...device, job: plan.job, certificate: this.#certificate(plan) };
    });
  }

  #workstations(count: number): Workstation[] {
    return inventPeople(new Random(this.#seed, 'people'), count).map((user, index) => {
      const name = `workstation_${user.account.replaceAll('.', '_')}`;
      const owner = user.administrator
        ? 'it-operations'
        : this.#random(name).pick(['sales', 'engineering', 'finance', 'operations']);
      return { ...this.#device('workstation', index, name, 'workstation', owner, WORKSTATIONS), user };
    });
  }

  #device(
    deviceClass: DeviceClass,
    index: number,
    name: string,
    kind: string,
    owner: string,
    models: readonly Model[],
    particulars: Partial<Device> = {},
  ): Device {
    const random = this.#random(name);
    const model = random.pick(models);
    const [a, b, c] = [random.hex(2), random.hex(2), random.hex(2)];
    return {
      id: `dev_${name}`,
      name: name.replaceAll('_', ' '),
      class: deviceClass,
      kind,
      model,
      firmware: random.pick(model.firmware),
      mac: `${model.oui}:${a}:${b}:${c}`,
      hostName:
        deviceClass === 'workstation' ? `WS-${random.hex(6).toUpperCase()}` : name.replaceAll('_', '-'),
      address: this.#address(deviceClass, index),
      owner,
      criticality: 'normal',
      roles: [],
      tags: [],
      workloads: [],
      supportEnds: null,
      ...particulars,
    };
  }

  /** Things start in a subnet that depends on the seed; servers without a fixed address stand behind the others. */
  #address(deviceClass: DeviceClass, index: number): string {
    const network = NETWORKS[deviceClass];
    if (deviceClass === 'workstation') return nthAddress(network, index);
    if (deviceClass === 'server') return nthAddress(network, index + 4 * SUBNET);
    return nthAddress(network, index + SUBNET * new Random(this.#seed, `network/${network}`).int(8));
  }

  /** All are young but one: the intranet's is in the last third of its life. */
  #certificate({ name, job }: ServerPlan): ServerCertificate {
    const random = new Random(this.#seed, `certificate/${name}`);
    const [life, left] = job === 'intranet' ? [90, 17] : [397, 397 - 30 - random.int(150)];
    const notAfter = startOfDay(this.#until) + left * DAY;
    return {
      fingerprint: random.hex(64),
      serial: random.hex(32).toUpperCase(),
      name: `${name.replaceAll('_', '-')}.acmecorp.com`,
      notBefore: notAfter - life * DAY,
      notAfter,
    };
  }

  /** The date so many days from the end of the simulation. */
  #date(days: number): string {
    return new Date(this.#until / 1_000 + days * DAY_MS).toISOString().slice(0, 10);
  }

  #random(label: string): Random {
    return new Random(this.#seed, `device/${label}`);
  }
}

/** The n-th host of a /16, never one that ends in .0 or .255. */
export function nthAddress(network: string, index: number): string {
  return `${network}.${Math.floor(index / SUBNET)}.${(index % SUBNET) + 11}`;
}

function shareOut(devices: number): Record<DeviceClass, number> {
  const countOf = (name: keyof typeof SHARES) =>
    Math.max(SHARES[name].least, Math.floor(devices * SHARES[name].share));
  const counts = {
    camera: countOf('camera'),
    sensor: countOf('sensor'),
    badge_reader: countOf('badge_reader'),
    printer: countOf('printer'),
    server: countOf('server'),
    network: countOf('network'),
  };
  const others = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, workstation: devices - others };
}

function appServer(number: number): ServerPlan {
  const name = `app${number}`;
  return {
    name,
    job: 'app',
    owner: 'engineering',
    criticality: 'normal',
    roles: [],
    workloads: [
      {
        id: `wkl_${name}_api`,
        kind: 'container',
        image: `registry.acmecorp.com/${name}/api:1.${number}`,
        instances: 2,
      },
    ],
  };
}

function startOfDay(at: Micros): Micros {
  return Math.floor(at / DAY) * DAY;
}
