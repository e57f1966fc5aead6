import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { requirements } from './test/requirements.ts';
import { RequirementsGate } from './test/requirements-gate.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'eval/**/*.test.ts'],
    pool: 'forks',
    // A worker reads the modules once, not for each file: no module may keep what another file's tests could meet.
    isolate: false,
    restoreMocks: true,
    // A test that asserts nothing shows nothing.
    expect: { requireAssertions: true },
    reporters: ['default', new RequirementsGate(requirements)],
    // Tests wait for disks, timers and processes of their own: of two cores one worker leaves a quarter idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Programs that tests start compile their modules once, not each time.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/stance', import.meta.url)) },
  },
});
