import { type Command, EXIT } from '../command.ts';
import { dataOptions, REASON } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { columns } from '../table.ts';

export const sensorsList: Command = {
  name: 'sensors list',
  summary: 'List the sensors that were heard, and which are silent',
  about:
    'A silent sensor makes every statement about what it covers less sure, and nobody is missed whom only it would hear.',
  options: dataOptions(),
  examples: ['stance sensors list --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.sensors_list({}));
    terminal.answer(found, () => {
      if (found.sensors.length === 0) return 'No sensor was heard yet.';
      const rows = found.sensors.map((each) => [
        each.site,
        each.sensor,
        each.last_event ?? '',
        each.silent ? 'silent' : 'heard',
      ]);
      const [head = '', ...body] = columns([['Site', 'Sensor', 'Last event', 'State'], ...rows]);
      return [terminal.paint('bold', head), ...body].join('\n');
    });
    return EXIT.ok;
  },
};

export const sensorsRetire: Command = {
  name: 'sensors retire',
  summary: 'Say that a silent sensor was taken down, and is missed no more',
  about:
    'The fleet is as sure again as the others make it. Devices that only this sensor heard are not missed either. If it is heard again, it is there again.',
  positionals: [{ name: 'SENSOR', about: 'Its name, as "stance sensors list" shows it' }],
  options: {
    site: { kind: 'text', value: 'SITE', about: 'Of this site, where several have a sensor of this name' },
    reason: { ...REASON, about: 'Why; needed, kept in the journal' },
    ...dataOptions(),
  },
  examples: ['stance sensors retire zeek-lab --reason "lab closed"'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const [sensor = ''] = args.positionals;
    const request = {
      sensor,
      site: args.text('site'),
      reason: args.text('reason'),
      actor: actorOf(invocation),
    };
    const result = await withOperations(invocation, (operations) => operations.sensors_retire(request));
    terminal.answer(result, () => `${result.sensor} at ${result.site} is retired.`);
    return EXIT.ok;
  },
};
