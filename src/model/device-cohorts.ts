import { COHORTS } from './fleet-statistics.ts';

/**
 * Kinds of device that sites of a tenant tell apart in what they share: closed, so that no site's own word for a kind ever
 * leaves it, and the same at every site. A list that changes has another version; names are only ever added, at the end.
 */
export const DEVICE_COHORTS = {
  version: 1,
  names: [
    'other',
    // Offices.
    'workstation',
    'laptop',
    'tablet',
    'smartphone',
    'thin_client',
    'printer',
    'scanner',
    'voip_phone',
    'conference_system',
    'display',
    'projector',
    'kiosk',
    'point_of_sale',
    'wearable',
    // Data centres and networks.
    'server',
    'virtual_machine',
    'hypervisor',
    'storage',
    'backup_appliance',
    'router',
    'gateway',
    'switch',
    'hub',
    'access_point',
    'wireless_controller',
    'firewall',
    'ids',
    'ips',
    'load_balancer',
    'vpn_concentrator',
    'ups',
    'pdu',
    'console_server',
    // Buildings.
    'ip_camera',
    'video_recorder',
    'badge_reader',
    'door_controller',
    'intercom',
    'alarm_panel',
    'fire_panel',
    'hvac_sensor',
    'hvac_controller',
    'environment_sensor',
    'occupancy_sensor',
    'lighting_controller',
    'elevator_controller',
    'energy_meter',
    'building_controller',
    'iot_gateway',
    'iot',
    // Plants.
    'plc',
    'rtu',
    'hmi',
    'scada_server',
    'historian',
    'engineering_station',
    'drive',
    'robot',
    'industrial_sensor',
    'actuator',
    'protection_relay',
    'industrial_gateway',
    'barcode_scanner',
    'agv',
    // Care and laboratories.
    'infusion_pump',
    'patient_monitor',
    'imaging_modality',
    'ventilator',
    'laboratory_analyser',
    'medical_gateway',
    // Vehicles and energy.
    'vehicle',
    'telematics_unit',
    'charging_station',
    'solar_inverter',
    'battery_system',
    'wind_turbine',
    'smart_meter',
  ],
} as const satisfies { readonly version: number; readonly names: readonly string[] };

/** Other words for the same, as inventories and OCSF (device types) have them. */
const SAME_AS: Readonly<Record<string, string>> = {
  desktop: 'workstation',
  camera: 'ip_camera',
  mobile: 'smartphone',
  phone: 'smartphone',
  nas: 'storage',
  nvr: 'video_recorder',
  wifi_ap: 'access_point',
};

/** Where a kind stands in a list of cohorts; 0, the first, for what it does not name. */
export function cohortsOf(names: readonly string[]): (kind: string | null) => number {
  if (names.length === 0 || names.length > COHORTS)
    throw new RangeError(`there are 1 to ${COHORTS} cohorts, got ${names.length}`);
  const places = new Map(names.map((name, place) => [name, place]));
  return (kind) => (kind === null ? 0 : (places.get(kind) ?? places.get(SAME_AS[kind] ?? '') ?? 0));
}
