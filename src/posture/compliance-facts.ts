import {
  type AssessedFramework,
  assessFramework,
  type FleetFacts,
  type GraveAnomaly,
  readSignals,
  type Said,
  wordsAt,
} from '../compliance/index.ts';
import type { EngineView } from '../engine/index.ts';
import {
  type Anomaly,
  type ComplianceState,
  type Framework,
  FRAMEWORKS,
  rank,
  SEVERITIES,
} from '../model/index.ts';

/** The three frameworks at a glance, from the same evidence that `get_compliance_evidence` shows. */
export function complianceStates(view: EngineView): Record<Framework, ComplianceState> {
  const assess = assessor(view);
  const states = FRAMEWORKS.map((framework) => [framework, assess(framework).state] as const);
  return Object.fromEntries(states) as Record<Framework, ComplianceState>;
}

/** Reads the signals once, for any framework. */
export function assessor(view: EngineView): (framework: Framework) => AssessedFramework {
  const readings = readSignals(factsOf(view));
  const said = saidOf(view);
  return (framework) => assessFramework(framework, readings, said);
}

/** Sums that are kept as the fleet changes, of now and of the past: no entity is looked at. */
function factsOf(view: EngineView): FleetFacts {
  const fleet = view.fleet();
  const isEnrolled = fleet.basis === 'enrolled';
  const { sensors, policies, feeds } = view;
  return {
    now: view.now,
    entities: fleet.value.entities + (isEnrolled ? fleet.unenrolledCount : 0),
    isInventoried: isEnrolled,
    isAdvised: view.isAdvised,
    having: (factor) => fleet.today?.contributions.get(factor)?.entities ?? 0,
    sensors: sensors.length,
    silentSensors: sensors.filter(({ silent }) => silent).length,
    feeds: feeds.map(({ asOf }) => asOf),
    policies: policies.length,
    enforcedPolicies: policies.filter(({ mode }) => mode === 'enforce').length,
    graveAnomalies: [...view.openAnomalies()].filter(isGrave).map(handling),
    hasYesterday: fleet.yesterday !== null,
  };
}

function isGrave({ severity }: Anomaly): boolean {
  return rank(SEVERITIES, severity) >= rank(SEVERITIES, 'high');
}

function handling({ detectedAt, status }: Anomaly): GraveAnomaly {
  return { detectedAt, isAcknowledged: status !== 'open', isContained: status === 'contained' };
}

function saidOf(view: EngineView): Said {
  return {
    words: wordsAt(view.complianceWords, view.now ?? 0),
    excepted: ({ entity }) => {
      const found = entity === null ? null : view.entity(entity);
      return found === null ? null : { id: found.id, factors: found.factorNames };
    },
  };
}
