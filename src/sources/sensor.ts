import type { SensorId } from '../model/index.ts';
import type { LogFormat } from './detect.ts';

const SENSORS: Readonly<Record<LogFormat, SensorId>> = {
  zeek_tsv: 'zeek' as SensorId,
  zeek_json: 'zeek' as SensorId,
  suricata_eve: 'suricata' as SensorId,
  ocsf: 'ocsf' as SensorId,
};

/**
 * The sensor of logs for which none is named: one per tool. A folder's name would change with every
 * rotation and every copy, and a sensor that is new each day looks like many that fell silent. Who has
 * two sensors of one tool at a site names them (`--sensor`).
 */
export function defaultSensor(format: LogFormat): SensorId {
  return SENSORS[format];
}
