import { expect, test } from 'vitest';
import { type AnomalyType, DAY_MS, HOUR_MS, type Observation, type Role } from '../model/index.ts';
import {
  configured,
  connection,
  engineWith,
  entry,
  everyHour,
  inventoried,
  START,
  telemetry,
} from './engine-harness.fixture.ts';

const [PRINTER, ASKER] = ['10.0.0.5', '10.0.0.6'];

/** A printer prints for a week, and is asked at port 443 on two days of the next; gives what is told of it. */
function toldOf(roles: readonly Role[]): readonly AnomalyType[] {
  const engine = engineWith();
  const asked = (day: number): Observation => connection(START + day * DAY_MS + 2 * HOUR_MS, ASKER, PRINTER);
  const printed = everyHour(START, START + 7 * DAY_MS, '10.0.0.8', [PRINTER]).map((each) => ({
    ...each,
    to: { ...(each as ReturnType<typeof connection>).to, port: 9_100 },
  })) as Observation[];
  const records = [
    configured,
    inventoried(START, entry('dev_printer', PRINTER), entry('dev_asker', ASKER, { roles })),
    ...telemetry([...printed, asked(8), asked(9)]),
  ];
  for (const record of records) engine.apply(record);
  return engine.partitions.flatMap(({ anomalies }) => [...anomalies.all()].map(({ type }) => type));
}

test('[SERVICE-2] what a declared scanner finds is no new service; what another machine does is', () => {
  expect(toldOf([])).toEqual(['new_service']);
  expect(toldOf(['scanner'])).toEqual([]);
  expect(toldOf(['monitoring'])).toEqual([]);
});
