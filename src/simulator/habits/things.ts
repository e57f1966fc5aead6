import { localTime, presenceAt, SECOND } from '../calendar.ts';
import type { Device } from '../device.ts';
import { every, type Habit, occasionally } from '../habit.ts';
import type { Random } from '../random.ts';
import type { Exchange } from '../wire.ts';
import { chanceOf, type World } from '../world.ts';

/** Video: the maker's cloud, the video server (which is also their resolver and clock), and nothing else. */
export function cameraHabits(world: World, camera: Device): readonly Habit[] {
  const { organisation, internet, wire, begin } = world;
  const random = chanceOf(world, camera.id);
  const pace = camera.id === 'dev_camera_floor3_east' ? 1 : 0.95 + random.float() * 0.3;
  const video = organisation.serverFor('video');
  const { cloud } = camera.model;
  const service = cloud === null ? null : internet.service(cloud);
  return [
    every(random, begin, 72 * pace, 0.12, (at) => {
      if (service === null) return wire.call(at, camera, video, report(random, 1_900, 900));
      if (random.chance(0.4)) wire.lookUp(at, camera, video, service);
      wire.browse(at + SECOND / 20, camera, service, report(random, 2_600, 1_400));
    }),
    every(random, begin, 92 * pace, 0.15, (at) => wire.call(at, camera, video, report(random, 5_200, 2_100))),
    every(random, begin, 240, 0.02, (at) => wire.datagrams(at, camera, video, 123, 'ntp', 48, 48)),
  ];
}

/** Building technology: readings to the building's server, and for some makers to their cloud. */
export function sensorHabits(world: World, sensor: Device): readonly Habit[] {
  const { organisation, internet, wire, begin } = world;
  const random = chanceOf(world, sensor.id);
  const building = organisation.serverFor('building');
  const { cloud } = sensor.model;
  const habits = [
    every(random, begin, 28 + random.int(10), 0.2, (at) =>
      wire.talk(at, sensor, building, 8883, null, report(random, 700, 240)),
    ),
    every(random, begin, 300, 0.02, (at) => wire.datagrams(at, sensor, building, 123, 'ntp', 48, 48)),
  ];
  if (cloud === null) return habits;
  const service = internet.service(cloud);
  return [
    ...habits,
    every(random, begin, 180, 0.1, (at) => wire.browse(at, sensor, service, report(random, 3_000, 900))),
  ];
}

/** Doors: a sign of life, and whoever holds a badge against the reader. */
export function badgeReaderHabits(world: World, reader: Device): readonly Habit[] {
  const { organisation, wire, begin } = world;
  const random = chanceOf(world, reader.id);
  const access = organisation.serverFor('access');
  const busy = 1 + random.float() * 4;
  const ask = (at: number) => wire.talk(at, reader, access, 4070, null, report(random, 310, 180));
  return [
    every(random, begin, 30, 0.05, ask),
    occasionally(random, (at) => busy * presenceAt(localTime(at)), ask),
  ];
}

export function printerHabits(world: World, printer: Device): readonly Habit[] {
  const { organisation, internet, wire, begin } = world;
  const random = chanceOf(world, printer.id);
  const controller = organisation.serverFor('domain');
  const { cloud } = printer.model;
  const habits = [
    every(random, begin, 45, 0.05, (at) => wire.datagrams(at, printer, controller, 123, 'ntp', 48, 48)),
  ];
  if (cloud === null) return habits;
  const service = internet.service(cloud);
  return [
    ...habits,
    every(random, begin, 360, 0.1, (at) => wire.browse(at, printer, service, report(random, 4_000, 1_500))),
  ];
}

/** Switches and access points tell their log to the monitoring server. */
export function networkGearHabits(world: World, device: Device): readonly Habit[] {
  const { organisation, wire, begin } = world;
  const random = chanceOf(world, device.id);
  const monitoring = organisation.serverFor('monitoring');
  const controller = organisation.serverFor('domain');
  return [
    every(random, begin, 28, 0.3, (at) =>
      wire.datagrams(at, device, monitoring, 514, 'syslog', random.skewed(240, 1.5), 0),
    ),
    every(random, begin, 120, 0.02, (at) => wire.datagrams(at, device, controller, 123, 'ntp', 48, 48)),
  ];
}

function report(random: Random, sent: number, received: number): Exchange {
  return {
    sent: random.skewed(sent, 1.25),
    received: random.skewed(received, 1.25),
    duration: random.skewed(700_000, 1.8),
  };
}
