import type { FleetState } from '../../data-directory/index.ts';
import { createEngineView } from '../../engine/index.ts';
import { type EpochMs, iso } from '../../model/index.ts';
import { neededReason, OperationError, suggestion } from '../../refusals/index.ts';
import type { RetireSensorArgs, SensorAnswer } from './operations.ts';

/** Those heard, by site and name. */
export function listSensors({ engine }: FleetState): readonly SensorAnswer[] {
  const { sensors } = createEngineView(engine);
  return sensors
    .map(({ sensor, site, lastEvent, silent }) => ({
      sensor,
      site,
      last_event: lastEvent === null ? null : iso(lastEvent),
      silent,
    }))
    .sort((a, b) => (`${a.site} ${a.sensor}` < `${b.site} ${b.sensor}` ? -1 : 1));
}

/** A sensor that was taken down is missed no more: one that is still heard would come back with its next event. */
export async function retireSensor(
  state: FleetState,
  { sensor: name, site, actor, reason }: RetireSensorArgs,
  at: () => EpochMs,
): Promise<SensorAnswer> {
  const why = neededReason(reason, 'to retire a sensor');
  return await state.change(() => {
    const found = silentSensor(state, name, site);
    return {
      record: { kind: 'sensor_retired', at: at(), site: found.site, sensor: name, actor, reason: why },
      answer: () => found,
    };
  });
}

function silentSensor(state: FleetState, name: string, site: string | null): SensorAnswer {
  const named = listSensors(state).filter((each) => each.sensor === name);
  const meant = named.filter((each) => site === null || each.site === site);
  const [found] = meant;
  if (found === undefined) throw unknown(state, name, site);
  if (meant.length > 1)
    throw new OperationError(
      'invalid_arguments',
      `"site" was not given; a sensor of this name is heard at ${meant.map((each) => each.site).join(', ')}: say which.`,
    );
  if (!found.silent)
    throw new OperationError(
      'still_heard',
      `The sensor was heard at ${found.last_event ?? 'an unknown time'} and is not silent: stop it first, or it would be there again with its next event`,
    );
  return found;
}

function unknown(state: FleetState, name: string, site: string | null): OperationError {
  const here = listSensors(state).filter((each) => site === null || each.site === site);
  const at = site === null ? '' : ` at the site "${site.slice(0, 80)}"`;
  const names = here.map((each) => each.sensor);
  return new OperationError(
    'unknown_sensor',
    `There is no sensor "${name.slice(0, 80)}"${at}${suggestion(name, names) || '; see stance sensors list'}`,
  );
}
