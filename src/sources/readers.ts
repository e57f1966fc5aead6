import type { LogFormat } from './detect.ts';
import type { LogReader } from './log-reader.ts';
import { createOcsfReader } from './ocsf/reader.ts';
import type { SourceContext } from './reading-context.ts';
import { createSuricataReader } from './suricata/reader.ts';
import { createZeekReader } from './zeek/index.ts';

const READERS: Readonly<Record<LogFormat, (path: string, context: SourceContext) => LogReader>> = {
  zeek_tsv: (path, context) => createZeekReader({ path, form: 'tsv', context }),
  zeek_json: (path, context) => createZeekReader({ path, form: 'json', context }),
  suricata_eve: (_path, context) => createSuricataReader(context),
  ocsf: (_path, context) => createOcsfReader(context),
};

/** The reader of one file. Each file gets its own: a reader has the file's state. */
export function createLogReader(format: LogFormat, path: string, context: SourceContext): LogReader {
  return READERS[format](path, context);
}
