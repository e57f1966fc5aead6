import { CAMERAS, SENSORS, type Model } from './models.ts';

/** The operator's policy file (YAML): what is forbidden, and what daily life is allowed to do. */
export function policyText(): string {
  return `policies:
  - id: pol_c2_block_global
    description: Nothing talks to command and control
    priority: 1000
    action: deny
    mode: enforce
    destination: {categories: [c2_server, ransomware_infrastructure]}
  - id: pol_no_lateral_movement
    description: Clients and things do not administer clients
    priority: 500
    action: deny
    mode: monitor
    subject: {kinds: [workstation, ip_camera, hvac_sensor, environment_sensor, badge_reader, printer]}
    destination: {kinds: [workstation], ports: [22, 135, 139, 445, 3389, 5985, 5986]}
  - id: pol_camera_mgmt_only
    description: Cameras talk to video management and to their maker, to nobody else
    priority: 300
    action: deny
    mode: enforce
    subject: {kinds: [ip_camera]}
    destination: {except: {networks: [10.0.2.5/32], domains: [${domainsOf(CAMERAS)}]}}
  - id: pol_allow_camera_management
    priority: 100
    action: allow
    mode: enforce
    subject: {kinds: [ip_camera]}
    destination: {networks: [10.0.2.5/32], domains: [${domainsOf(CAMERAS)}]}
  - id: pol_allow_building
    priority: 100
    action: allow
    mode: enforce
    subject: {kinds: [hvac_sensor, environment_sensor, badge_reader]}
    destination: {networks: [10.0.2.0/24], domains: [${domainsOf(SENSORS)}]}
  - id: pol_allow_office
    priority: 100
    action: allow
    mode: enforce
    subject: {kinds: [workstation]}
    destination: {kinds: [server, printer], ports: [22, 53, 80, 88, 123, 389, 443, 445, 636, 8530, 9100]}
  - id: pol_allow_web
    priority: 90
    action: allow
    mode: enforce
    subject: {kinds: [workstation, printer]}
    destination: {internal: false, ports: [80, 443]}
  - id: pol_allow_infrastructure
    priority: 100
    action: allow
    mode: enforce
    subject: {kinds: [printer, gateway, switch, access_point]}
    destination: {kinds: [server], ports: [53, 123, 514]}
  - id: pol_allow_servers
    priority: 100
    action: allow
    mode: enforce
    subject: {kinds: [server]}
    destination: {internal: true}
`;
}

/** The registrable domains of the makers' clouds. */
function domainsOf(models: readonly Model[]): string {
  const domains = models.flatMap(({ cloud }) =>
    cloud === null ? [] : [cloud.split('.').slice(-2).join('.')],
  );
  return [...new Set(domains)].join(', ');
}
