/** Vulnerabilities: what is installed, what advisories say of it, how likely it is to be used. */
export {
  type AdvisoryFormat,
  type AdvisoryReading,
  readAdvisories,
} from './advisories/read-advisories.ts';
export { refusingDatesAhead } from './dates-ahead.ts';
export { ForecastTable } from './forecast-table.ts';
export { firmwareOf } from './firmware-products.ts';
export { firmwareStatus, type InstalledCycle } from './lifecycles.ts';
export type { MatchedVulnerability } from './matched-vulnerability.ts';
export { type BillReading, isBill, readBill } from './sboms/read-bill.ts';
export { describedBy, isNewerBill } from './sboms/described.ts';
export { onlyTakesBack } from './taking-back.ts';
export { softwareBill } from './sboms/software-inventory.ts';
export { installed } from './sboms/component.ts';
export { type Asked, type Learnt, type Likelihood, VulnerabilityBook } from './vulnerability-book.ts';
