import { z } from 'zod';
import { type Framework, FRAMEWORKS, SIGHTS } from '../model/index.ts';
import iso27001 from './catalogues/iso-27001.json' with { type: 'json' };
import nis2 from './catalogues/nis2.json' with { type: 'json' };
import nistCsf from './catalogues/nist-csf.json' with { type: 'json' };
import { SIGNAL_NAMES, type SignalName } from './signals.ts';

const Control = z.strictObject({
  id: z.string().regex(/^[A-Z0-9][A-Za-z0-9.-]{0,15}$/),
  /** Where it belongs: a theme, a category, a measure; of NIS2 one section can serve several. */
  groups: z.array(z.string().min(1)).min(1),
  /** Our own words: the standards' texts are not ours to give away. */
  summary: z.string().min(1).max(120),
  sight: z.enum(SIGHTS),
  tests: z.array(z.enum(SIGNAL_NAMES as [SignalName, ...SignalName[]])),
});
export type Control = z.infer<typeof Control>;

const Catalogue = z.strictObject({
  framework: z.enum(FRAMEWORKS),
  title: z.string(),
  source: z.string(),
  controls: z.array(Control),
});
export type Catalogue = z.infer<typeof Catalogue>;

/** The controls of each framework, in its own order. */
export const CATALOGUES: Readonly<Record<Framework, Catalogue>> = {
  iso_27001: Catalogue.parse(iso27001),
  nis2: Catalogue.parse(nis2),
  nist_csf: Catalogue.parse(nistCsf),
};

/** A control by its id in whatever case it is written; `null` for none. */
export function controlOf(framework: Framework, id: string): Control | null {
  const wanted = id.trim().toLowerCase();
  return CATALOGUES[framework].controls.find((control) => control.id.toLowerCase() === wanted) ?? null;
}

/** The controls that an id means: one control, or all of a group. */
export function controlsOf(framework: Framework, id: string): readonly Control[] {
  const one = controlOf(framework, id);
  if (one !== null) return [one];
  const wanted = id.trim().toLowerCase();
  return CATALOGUES[framework].controls.filter(({ groups }) =>
    groups.some((group) => group.toLowerCase() === wanted),
  );
}
