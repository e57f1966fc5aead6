import type { Device, Workload } from './device.ts';

/** The operator's inventory file (YAML). A workstation is known by MAC and host name, everything else also by address. */
export function inventoryText(devices: readonly Device[], site: string): string {
  return devices.map((device) => entry(device, site)).join('');
}

function entry(device: Device, site: string): string {
  const { model, workloads, roles, tags } = device;
  const lines = [
    `- id: ${device.id}`,
    `  name: ${quoted(device.name)}`,
    `  kind: ${device.kind}`,
    `  manufacturer: ${quoted(model.manufacturer)}`,
    `  model: ${quoted(model.model)}`,
    `  firmware: ${quoted(device.firmware)}`,
    ...(device.class === 'workstation' ? [] : [`  addresses: [${device.address}]`]),
    `  macs: [${quoted(device.mac)}]`,
    `  host_names: [${quoted(device.hostName)}]`,
    `  site: ${site}`,
    `  owner: ${device.owner}`,
    `  criticality: ${device.criticality}`,
    ...(roles.length > 0 ? [`  roles: [${roles.join(', ')}]`] : []),
    ...(tags.length > 0 ? [`  tags: [${tags.join(', ')}]`] : []),
    ...(device.supportEnds === null ? [] : [`  support_ends: ${device.supportEnds}`]),
    ...(workloads.length > 0 ? ['  workloads:', ...workloads.map(workload)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function workload({ id, kind, image, instances }: Workload): string {
  return `    - {id: ${id}, kind: ${kind}, image: ${quoted(image)}, instances: ${instances}}`;
}

/** JSON's strings are YAML's double-quoted ones. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
