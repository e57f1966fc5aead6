import type { Command } from '../command.ts';
import { aggregator } from './aggregator.ts';
import {
  anomaliesAssign,
  anomaliesList,
  anomaliesShow,
  anomaliesSuppress,
  anomaliesVerdict,
} from './anomalies.ts';
import { backup } from './backup.ts';
import { baselineAccept, baselineRevert } from './baseline.ts';
import {
  compliance,
  complianceAttest,
  complianceExcept,
  complianceWithdraw,
  complianceWords,
} from './compliance.ts';
import { demoFleet } from './demo.ts';
import { doctor } from './doctor.ts';
import { enrol } from './enrol.ts';
import {
  enrolApprove,
  enrolAuthority,
  enrolCrl,
  enrolList,
  enrolReject,
  enrolReadmit,
  enrolRevoke,
  enrolToken,
} from './enrol-certificates.ts';
import { entitiesList, entitiesMerge, entitiesSplit } from './entities.ts';
import { findings } from './findings.ts';
import { fleetReleaseImport, fleetStatistics, fleetStatus } from './fleet.ts';
import { ingest } from './ingest.ts';
import { intelImport, intelList, intelLookup, intelRemove } from './intel.ts';
import { inventoryImport, inventoryRemoveBill } from './inventory.ts';
import {
  keyholderBudget,
  keyholderEnrol,
  keyholderInit,
  keyholderRelease,
  keyholderRemove,
  keyholderShare,
  keyholderShow,
} from './keyholder.ts';
import { maintenanceAdd, maintenanceList, maintenanceRemove } from './maintenance.ts';
import { mcp } from './mcp.ts';
import { policyApply, policyCheck, policyDryRun, policyList, policyPropose } from './policy.ts';
import { privacyErase, privacyReport, privacyRotate } from './privacy.ts';
import { profileApply, profileShow } from './profile.ts';
import { restore } from './restore.ts';
import { sensorsList, sensorsRetire } from './sensors.ts';
import { serveCommand } from './serve.ts';
import { setAsideList, setAsideRetry } from './set-aside.ts';
import { intelAsk, intelSeal } from './shared-intel.ts';
import { simulate } from './simulate.ts';
import { siteInit, siteJoin } from './site.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { suppressionsList, suppressionsRemove } from './suppressions.ts';
import { tokenCreate, tokenList, tokenRevoke } from './token.ts';
import { anchorsImport, anchorsList, anchorsRemove, revocationsImport } from './trust.ts';
import { vulnerabilitiesImport, vulnerabilitiesList, vulnerabilitiesRemove } from './vulnerabilities.ts';

/** In the order in which the help lists them. */
export const COMMANDS: readonly Command[] = [
  start,
  serveCommand,
  mcp,
  ingest,
  simulate,
  demoFleet,
  inventoryImport,
  inventoryRemoveBill,
  intelImport,
  intelList,
  intelLookup,
  intelRemove,
  intelSeal,
  intelAsk,
  vulnerabilitiesImport,
  vulnerabilitiesList,
  vulnerabilitiesRemove,
  policyCheck,
  policyApply,
  policyList,
  policyDryRun,
  policyPropose,
  profileShow,
  profileApply,
  anomaliesList,
  anomaliesShow,
  anomaliesVerdict,
  anomaliesAssign,
  anomaliesSuppress,
  suppressionsList,
  suppressionsRemove,
  maintenanceAdd,
  maintenanceList,
  maintenanceRemove,
  baselineAccept,
  baselineRevert,
  sensorsList,
  sensorsRetire,
  compliance,
  complianceAttest,
  complianceExcept,
  complianceWords,
  complianceWithdraw,
  entitiesList,
  entitiesMerge,
  entitiesSplit,
  enrol,
  enrolAuthority,
  enrolToken,
  enrolList,
  enrolApprove,
  enrolReject,
  enrolRevoke,
  enrolReadmit,
  enrolCrl,
  anchorsImport,
  anchorsList,
  anchorsRemove,
  revocationsImport,
  fleetStatistics,
  fleetStatus,
  fleetReleaseImport,
  findings,
  privacyReport,
  privacyErase,
  privacyRotate,
  siteInit,
  siteJoin,
  aggregator,
  keyholderInit,
  keyholderEnrol,
  keyholderRemove,
  keyholderRelease,
  keyholderShow,
  keyholderBudget,
  keyholderShare,
  tokenCreate,
  tokenList,
  tokenRevoke,
  backup,
  restore,
  setAsideList,
  setAsideRetry,
  status,
  doctor,
];
