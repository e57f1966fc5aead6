import { compare, valid } from '@renovatebot/pep440';
import { orderBy, type VersionOrder } from './order.ts';

/** Versions of Python packages (PEP 440); its local part counts only where the other one has one, too ("Version matching"). */
export const pep440Order: VersionOrder = orderBy(
  'pep440',
  (version) => (valid(version) === null ? null : version),
  compare,
  {
    open: {
      leaves: (stated) => !stated.includes('+'),
      without: (version) => version.replace(/\+.*$/, ''),
    },
  },
);
