import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configured, entry, engineWith, inventoried, START } from './engine-harness.fixture.ts';

const tag = fc.constantFrom('lab', 'office', 'video', 'odd');
const owner = fc.constantFrom('it', 'facilities', null);
const device = fc.record({ nth: fc.nat(6), tags: fc.uniqueArray(tag), owner });

test('[ANOM-DOOR-14] the tags that somebody has are those of everybody, however often the inventory changes', () => {
  fc.assert(
    fc.property(fc.array(device, { maxLength: 20 }), (said) => {
      const engine = engineWith();
      engine.apply(configured);
      for (const { nth, ...facts } of said)
        engine.apply(inventoried(START, entry(`dev_${nth}`, `10.0.0.${nth + 1}`, facts)));
      const { directory } = engine;
      const all = [...directory.entities()].flatMap((id) => directory.profile(id)?.tags ?? []);
      expect(new Set(directory.tags())).toEqual(new Set(all));
    }),
  );
});
