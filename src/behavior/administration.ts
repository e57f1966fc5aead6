import type { Contact } from './contact.ts';

/**
 * Ports by which one machine takes hold of another: file and printer sharing, remote procedure
 * call, remote desktop, remote management, shells. ATT&CK T1021 (Remote Services) and sub-techniques.
 */
const ADMINISTRATION_PORTS = new Set([22, 23, 135, 139, 445, 3389, 5900, 5985, 5986]);

/** Whether an entity reaches for a machine inside by such a port. */
export function isAdministration({ direction, internal, port }: Contact): boolean {
  return direction === 'outbound' && internal && port !== null && ADMINISTRATION_PORTS.has(port);
}
