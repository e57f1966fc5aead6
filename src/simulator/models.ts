/** A product that the organisation bought: names of real makers, numbers as they write them. */
export interface Model {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: readonly string[];
  /** The maker's part of a MAC address. */
  readonly oui: string;
  /** The maker's cloud that the device reports to; `null` for those that stay inside. */
  readonly cloud: string | null;
}

const model = (
  manufacturer: string,
  name: string,
  firmware: readonly string[],
  oui: string,
  cloud: string | null = null,
): Model => ({ manufacturer, model: name, firmware, oui, cloud });

export const AXIS_CAMERA = model(
  'Axis',
  'P3268-LV',
  ['11.8.93', '11.9.60', '11.11.77'],
  'ac:cc:8e',
  'mgmt.axis-cloud.com',
);

export const CAMERAS: readonly Model[] = [
  AXIS_CAMERA,
  model('Axis', 'M3086-V', ['11.8.93', '11.10.61'], 'b8:a4:4f', 'mgmt.axis-cloud.com'),
  model('Hanwha', 'XNV-8083R', ['2.21.04', '2.22.00'], '00:09:18', 'device.wisenet-cloud.com'),
  model('Bosch', 'FLEXIDOME 5100i', ['8.90.0037', '9.40.0025'], '00:07:5f', 'remote.bosch-cameras.com'),
  model('Hikvision', 'DS-2CD2386G2', ['5.7.15', '5.7.18'], '44:19:b6'),
];
export const SENSORS: readonly Model[] = [
  model('Siemens', 'QMX3.P74', ['1.18', '1.20'], '00:a0:03'),
  model('Honeywell', 'TR75-H', ['2.4.1', '2.6.0'], '00:40:84', 'edge.honeywell-forge.com'),
  model('Schneider Electric', 'SpaceLogic SXWS', ['6.0.3', '6.1.0'], '00:80:f4'),
];
export const BADGE_READERS: readonly Model[] = [
  model('HID Global', 'iCLASS SE RB25F', ['1.4.2', '1.5.0'], '00:06:8e'),
  model('dormakaba', 'Reader 90 02', ['4.7.1'], '00:30:ab'),
];
export const PRINTERS: readonly Model[] = [
  model('HP', 'LaserJet E60155', ['2507004'], '3c:52:82', 'ws.hpdaas.com'),
  model('Kyocera', 'ECOSYS M6635cidn', ['2V3_S000.002.607'], '00:17:c8'),
];
export const WORKSTATIONS: readonly Model[] = [
  model('Dell', 'Latitude 5450', ['1.19.1', '1.21.0'], 'd0:94:66'),
  model('Lenovo', 'ThinkPad T14 G5', ['1.14', '1.16'], '54:05:db'),
  model('HP', 'EliteBook 840 G11', ['01.06.02'], 'c8:d9:d2'),
];
export const SERVERS: readonly Model[] = [
  model('Dell', 'PowerEdge R660', ['2.3.5', '2.4.4'], 'b0:7b:25'),
  model('HPE', 'ProLiant DL360 Gen11', ['2.16', '2.22'], '5c:ba:2c'),
];
export const NETWORK_GEAR: readonly Model[] = [
  model('Cisco', 'Catalyst 9200L', ['17.12.4', '17.15.2'], '00:1b:54'),
  model('Aruba', 'AP-635', ['8.12.0.3', '10.7.1.0'], '20:4c:03'),
];
