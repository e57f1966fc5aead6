import { DAY_MS, HOUR_MS, type Observation, type SensorId } from '../../../src/model/index.ts';
import { simulateFleet } from '../../../src/simulator/index.ts';
import { createLogReader, type LogReader } from '../../../src/sources/index.ts';
import { type Background, backgroundOf } from '../telemetry/benign.ts';
import { SITE } from '../telemetry/read.ts';

/** The simulator tells its story in the last hours of its telemetry: that is simulated, and never read. */
const STORY_MS = 2 * DAY_MS;
/** A Thursday's end. */
const END = Date.UTC(2026, 4, 21, 17);
/** Workstations have addresses of this block. */
const CLIENTS = '10.32.';

/** A simulated office in which nobody attacks: other than the lives at hand, its machines talk to each other. */
export function simulatedOffice(devices: number, days: number): Background {
  const fleet = simulateFleet({
    seed: 1,
    devices,
    until: END + STORY_MS,
    days: days + STORY_MS / DAY_MS,
    site: SITE,
  });
  const observations: Observation[] = [];
  const readers = new Map<string, LogReader>();
  for (const { from, source, sensor, file, lines } of fleet.logs()) {
    if (from >= END) break;
    const key = `${sensor} ${file}`;
    const context = { site: SITE, sensor: sensor as SensorId, now: END + HOUR_MS };
    const reader =
      readers.get(key) ?? createLogReader(source === 'zeek' ? 'zeek_json' : 'suricata_eve', file, context);
    readers.set(key, reader);
    for (const [index, text] of lines.entries()) {
      const bytes = Buffer.from(text);
      const line = { offset: 0, end: bytes.length, number: index + 1, bytes, fault: null, complete: true };
      for (const reading of reader.read(line)) {
        if (reading.kind === 'observation') observations.push(reading.observation);
      }
    }
  }
  observations.sort((a, b) => a.time - b.time);
  const office = backgroundOf(
    {
      name: 'simulated office',
      logs: [],
      networks: fleet.site.networks ?? [],
      hosts: null,
      uses: ['hours', 'quiet'],
    },
    observations,
    new Map(),
  );
  return { ...office, hosts: office.hosts.filter((each) => each.startsWith(CLIENTS)) };
}
