import type { FleetState } from '../data-directory/index.ts';
import { ADVISORY_SOURCES, type EpochMs } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import type { AdvisoriesListing, AdvisoriesRemoveArgs, AdvisoriesRemoved } from './advisory-operations.ts';

const FORMATS = [...ADVISORY_SOURCES, 'kev', 'epss'];
/** Documents that a list shows; all of them may be a hundred thousand. */
const SHOWN = 1_000;

export function listAdvisories({ engine }: FleetState): AdvisoriesListing {
  const { book } = engine.weaknesses;
  const documents = [...book.documents()].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    formats: Array.from(book.counts(), ([format, advisories]) => ({ format, advisories })),
    documents: documents.slice(0, SHOWN).map(([id, words]) => ({ id, words })),
    documents_total: documents.length,
  };
}

/**
 * Takes back what was imported: what follows from it goes with it.
 * @throws OperationError where one of the words means nothing that is known; then nothing goes
 */
export function removeAdvisories(
  state: FleetState,
  { words, actor }: AdvisoriesRemoveArgs,
  at: () => EpochMs,
): Promise<AdvisoriesRemoved> {
  return state.change(() => {
    const { book } = state.engine.weaknesses;
    const { advisories, documents, exploited, forecast, unknown } = book.meantBy(words);
    const [word] = unknown;
    if (word !== undefined)
      throw new OperationError(
        'unknown_advisory',
        `Nothing that is known is called "${word.slice(0, 80)}": give the id of an advisory (found_by of get_device_posture with detail full has it), that of a document of VEX (stance vulnerabilities list has them), or a whole format: ${FORMATS.join(', ')}. Nothing was removed.`,
      );
    const knowledge = { advisories: [], statements: [], exploited: null, forecast: null, lifecycles: [] };
    return {
      record: { kind: 'advisories', at: at(), source: 'removal', knowledge, removes: words, actor },
      answer: () => ({
        advisories: advisories.length,
        documents: documents.length,
        kev: exploited,
        epss: forecast,
      }),
    };
  });
}
