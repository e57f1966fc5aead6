/** Interfaces of Microsoft's RPC services ([MS-SCMR], [MS-TSCH], [MS-DRSR], …) that tell what was asked of a machine. */
const INTERFACES: ReadonlyMap<string, string> = new Map([
  ['367abb81-9844-35f1-ad32-98f038001003', 'svcctl'],
  ['1ff70682-0a51-30e8-076d-740be8cee98b', 'atsvc'],
  ['86d35949-83c9-4044-b424-db363231fd0c', 'itaskschedulerservice'],
  ['378e52b0-c0a9-11cf-822d-00aa0051e40f', 'sasec'],
  ['338cd001-2244-31f1-aaaa-900038001003', 'winreg'],
  ['12345778-1234-abcd-ef00-0123456789ac', 'samr'],
  ['12345778-1234-abcd-ef00-0123456789ab', 'lsarpc'],
  ['12345678-1234-abcd-ef00-01234567cffb', 'netlogon'],
  ['12345678-1234-abcd-ef00-0123456789ab', 'spoolss'],
  ['e3514235-4b06-11d1-ab04-00c04fc2dcd2', 'drsuapi'],
  ['4b324fc8-1670-01d3-1278-5a47bf6ee188', 'srvsvc'],
  ['6bffd098-a112-3610-9833-46c3f87e345a', 'wkssvc'],
  ['c681d488-d850-11d0-8c52-00c04fd90f7e', 'efsrpc'],
  ['df1941c5-fe89-4e79-bf10-463657acf44d', 'efsrpc'],
  ['e1af8308-5d1f-11c9-91a4-08002b14a0fa', 'epmapper'],
  ['000001a0-0000-0000-c000-000000000046', 'iremotescmactivator'],
  ['99fcfec4-5260-101b-bbcb-00aa0021347a', 'ioxidresolver'],
  ['82273fdc-e32a-18c3-3f78-827929dc23ea', 'eventlog'],
  ['f6beaff7-1e19-4fbb-9f8f-b89e2018337c', 'eventlog'],
]);

export function rpcInterface(uuid: string | null): string | null {
  return uuid === null ? null : (INTERFACES.get(uuid.toLowerCase()) ?? null);
}
