import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands/index.ts';
import { inCommands } from './commands-for-tools.ts';
import { inFlags } from './flags.ts';

test('[ANOM-DOOR-12] and where to look by command, not by tool', () => {
  expect(inCommands('No incident; take an incident_id of list_anomalies')).toBe(
    'No incident; take an incident_id of stance anomalies list',
  );
  expect(inCommands('an id from search_entities')).toBe('an id from stance entities list');
});

describe('[ANOM-DOOR-12] a refusal names what was typed:', () => {
  test.each([
    [
      'anomalies suppress',
      '"look_back_days" was "x"; allowed is …',
      '--look-back-days was "x"; allowed is …',
    ],
    [
      'anomalies suppress',
      'One of "entity", "tag" and "destination" is needed',
      'One of --entity, --tag and --destination is needed',
    ],
    ['anomalies list', '"entity_id" was 7', '--entity was 7'],
    ['anomalies list', '"as_of" lies ahead', '--as-of lies ahead'],
    ['anomalies assign', '"anomaly" was not given', 'ANOMALY was not given'],
    ['anomalies assign', '"to" was "reason"; allowed is a name', '--to was "reason"; allowed is a name'],
    ['anomalies assign', '"elsewhere" is no option', '"elsewhere" is no option'],
  ])('%s: %s', (name, message, told) => {
    const command = COMMANDS.find((each) => each.name === name);
    if (command === undefined) throw new Error(`there is no command ${name}`);
    expect(inFlags(command, 'invalid_arguments', message)).toBe(told);
    expect(inFlags(command, 'unknown_entity', message)).toBe(message);
  });
});
