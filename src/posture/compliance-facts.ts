import {
  type AssessedFramework,
  assessFramework,
  type FleetFacts,
  frameworkState,
  readSignals,
  type Said,
  wordsAt,
} from '../compliance/index.ts';
import type { EngineView, FleetView } from '../engine/index.ts';
import { type ComplianceState, type Framework, FRAMEWORKS } from '../model/index.ts';

/** The three frameworks at a glance, from the same evidence that `get_compliance_evidence` shows. */
export function complianceStates(view: EngineView, fleet: FleetView): Record<Framework, ComplianceState> {
  const readings = readSignals(factsOf(view, fleet));
  const said = saidOf(view);
  const states = FRAMEWORKS.map((name) => [name, frameworkState(name, readings, said)] as const);
  return Object.fromEntries(states) as Record<Framework, ComplianceState>;
}

/** Reads the signals once, for any framework. */
export function assessor(view: EngineView): (framework: Framework) => AssessedFramework {
  const readings = readSignals(factsOf(view, view.fleet()));
  const said = saidOf(view);
  return (framework) => assessFramework(framework, readings, said);
}

/** Sums that are kept as the fleet changes, of now and of the past: no entity is looked at. */
function factsOf(view: EngineView, fleet: FleetView): FleetFacts {
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
    reach: fleet.reach,
    graveAnomalies: view.graveAnomalies(),
    hasYesterday: fleet.yesterday !== null,
  };
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
