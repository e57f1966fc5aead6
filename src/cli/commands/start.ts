import type { Command } from '../command.ts';
import { dataOptions, FLEET_OPTIONS, LISTEN_OPTIONS, SIMULATED_DATA } from '../options.ts';
import { runServer } from '../running.ts';
import { fleetOf } from './simulate.ts';

export const start: Command = {
  name: 'start',
  begins: true,
  summary: 'Start Stance with a simulated fleet, to look around',
  about:
    'On an empty data directory it first invents a fleet and its last weeks, up to now; while it does, /healthz answers ' +
    '503. Then it shows the posture of the fleet, and the lines that connect an assistant. Runs until Ctrl-C.',
  options: { ...LISTEN_OPTIONS, ...FLEET_OPTIONS, ...dataOptions(SIMULATED_DATA) },
  examples: ['stance start', 'stance start --seed 7 --devices 60 --data /tmp/other-fleet --port 7118'],
  run: (invocation) => runServer(invocation, SIMULATED_DATA, { ...fleetOf(invocation), until: null }),
};
