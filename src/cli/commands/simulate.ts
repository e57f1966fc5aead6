import { instantIn } from '../../refusals/index.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { dataOptions, FLEET_OPTIONS, SIMULATED_DATA } from '../options.ts';
import { withOperations } from '../place.ts';
import { counted } from '../table.ts';

/** What the options say of the fleet to invent. */
export function fleetOf({ args }: Invocation) {
  return {
    seed: Number(args.must('seed')),
    days: Number(args.must('days')),
    devices: Number(args.must('devices')),
  };
}

export const simulate: Command = {
  name: 'simulate',
  begins: true,
  summary: 'Invent a fleet and its last weeks in an empty data directory',
  about: 'The same seed, end, days and devices give the same fleet and the same telemetry.',
  options: {
    ...FLEET_OPTIONS,
    until: { kind: 'text', value: 'TIME', about: 'End of the history, ISO 8601 [now]' },
    ...dataOptions(SIMULATED_DATA),
  },
  examples: ['stance simulate', 'stance simulate --seed 7 --until 2026-05-21T09:00:00Z --data /tmp/fleet-7'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const until = instant(args.text('until'));
    const result = await withOperations(
      invocation,
      (operations, progress) => operations.simulate({ ...fleetOf(invocation), until }, progress),
      { fallback: SIMULATED_DATA, unconfigured: true },
    );
    terminal.answer(
      result,
      () =>
        `Simulated ${counted(result.devices, 'device')} from ${result.from} until ${result.until}: ` +
        `${counted(result.events, 'event')} in ${result.seconds.toFixed(1)} s, ${result.refused} refused.`,
    );
    return EXIT.ok;
  },
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A time without a zone would mean another instant on each machine: it is refused. */
function instant(text: string | null): string | null {
  if (text === null) return null;
  const time = instantIn(DAY.test(text) ? `${text}T00:00:00Z` : text);
  if (time !== null) return new Date(time).toISOString();
  throw new UsageError(`--until must be a time such as 2026-05-21T09:00:00Z, not "${text}".`, 'simulate');
}
