/** `npm run conformance`: what passes of the MCP conformance suite, with and without the fixture tools. */
import { runSuite } from './suite.ts';

for (const revision of ['2026-07-28', '2025-11-25'] as const) {
  for (const plain of [false, true]) {
    const { passed, failed, required } = await runSuite(revision, plain);
    console.log(`${revision}, ${plain ? 'product alone' : 'with fixtures'}: ${passed.length} of ${required}`);
    if (failed.length > 0) console.log(`  not passed: ${failed.join(', ')}`);
  }
}
