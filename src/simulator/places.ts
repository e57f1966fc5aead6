import type { Random } from './random.ts';

const FLOORS = ['floor1', 'floor2', 'floor3', 'floor4', 'floor5'];
const SIDES = ['north', 'east', 'south', 'west'];
const AREAS = ['parking', 'lobby', 'dock', 'yard', 'stairs', 'gate', 'roof', 'hall'];
const SENSES = ['hvac', 'co2', 'temperature', 'humidity', 'power', 'leak'];
const WINGS = ['a', 'b', 'c', 'd', 'e', 'f'];
const DOORS = [
  'main_entrance',
  'side_entrance',
  'lab',
  'server_room',
  'office',
  'garage',
  'archive',
  'workshop',
];
const ROOMS = ['copy_room', 'reception', 'finance', 'warehouse', 'engineering', 'sales'];

/** `count` different places for cameras, `floor3_east` or `parking_07`; those that are `given` are among them. */
export function cameraPlaces(random: Random, count: number, given: readonly string[]): readonly string[] {
  const sides = FLOORS.flatMap((floor) => SIDES.map((side) => `${floor}_${side}`));
  return places(random, count, given, [...sides, ...numbered(AREAS, count)]);
}

export function sensorPlaces(random: Random, count: number, given: readonly string[]): readonly string[] {
  const rooms = Math.ceil((count * 1.3) / (SENSES.length * WINGS.length)) + 2;
  const all = SENSES.flatMap((sense) =>
    WINGS.flatMap((wing) => Array.from({ length: rooms }, (_, index) => `${sense}_${wing}${index + 1}`)),
  );
  return places(random, count, given, all);
}

export function doorPlaces(random: Random, count: number): readonly string[] {
  return places(random, count, [], numbered(DOORS, count));
}

export function printerPlaces(random: Random, count: number): readonly string[] {
  return places(random, count, [], numbered(ROOMS, count));
}

function places(
  random: Random,
  count: number,
  given: readonly string[],
  all: readonly string[],
): readonly string[] {
  const others = random.shuffled(all.filter((place) => !given.includes(place)));
  return [...given, ...others].slice(0, count);
}

/** `parking_01`, …: a third more than needed, so that not every number exists. */
function numbered(areas: readonly string[], count: number): string[] {
  const each = Math.ceil((count * 1.3) / areas.length) + 1;
  return areas.flatMap((area) =>
    Array.from({ length: each }, (_, index) => `${area}_${String(index + 1).padStart(2, '0')}`),
  );
}
