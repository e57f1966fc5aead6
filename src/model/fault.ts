/**
 * Tells the operator's log of a fault and returns an incident reference that is safe to show to a client.
 * `where` names the door or operation; `cause` may hold anything and never leaves the log.
 */
export type FaultReporter = (where: string, cause: unknown) => string;
