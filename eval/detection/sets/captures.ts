import type { Adapter, AttackTrace } from './set.ts';

/**
 * Public captures that no detector was ever tuned on, as logs by `npm run -s eval:captures` (docs/evaluation.md, "Public
 * captures" says whence they are and how each control server is known).
 */

type Agent = readonly [capture: string, machine: string];

/** OTRF Security-Datasets, atomic; the agent asks for its default pages: admin/get.php, news.php, login/process.php. */
const EMPIRE: readonly Agent[] = [
  ['empire_dcom_shellwindows_WORKSTATION5_2020-09-18130751', '172.18.39.5'],
  ['empire_dcom_shellwindows_WORKSTATION6_2020-09-18130751', '172.18.39.6'],
  ['empire_dcsync_dcerpc_drsuapi_DsGetNCChanges_2020-09-21185829', '172.18.39.5'],
  ['empire_find_localadmin_smb_svcctl_OpenSCManager_2020-09-22021559', '172.18.39.5'],
  ['empire_getsession_dcerpc_smb_srvsvc_NetSessEnum_2020-09-22034513', '172.18.39.5'],
  ['empire_mimikatz_backupkeys_dcerpc_smb_lsarpc_2020-10-22143243', '172.18.39.5'],
  ['empire_msbuild_dcerpc_wmi_smb_WORKSTATION5_2020-09-20173857', '172.18.39.5'],
  ['empire_msbuild_dcerpc_wmi_smb_WORKSTATION6_2020-09-20173857', '172.18.39.6'],
  ['empire_powerview_ldap_ntsecuritydescriptor_2020-09-21130944', '172.18.39.5'],
  ['empire_psexec_dcerpc_tcp_svcctl_WORKSTATION5_2020-09-20121608', '172.18.39.5'],
  ['empire_psexec_dcerpc_tcp_svcctl_WORKSTATION6_2020-09-20121608', '172.18.39.6'],
  ['empire_psremoting_stager_WORKSTATION5_2020-09-20170827', '172.18.39.5'],
  ['empire_psremoting_stager_WORKSTATION6_2020-09-20170827', '172.18.39.6'],
  ['empire_shell_dcerpc_smb_service_dll_hijack_2020-09-21232839', '172.18.39.5'],
  ['empire_shell_rpc_samr_smb_group_domain_admins_standard_user_2020-09-21040850', '172.18.39.6'],
  ['empire_shell_rubeus_asktgt_createnetonly_2020-09-21230246', '172.18.39.6'],
  ['empire_shell_rubeus_asktgt_ptt_2020-09-21223848', '172.18.39.6'],
  ['empire_shell_samr_EnumDomainUsers_2020-09-21193527', '172.18.39.5'],
  ['empire_smbexec_dcerpc_smb_svcctl_WORKSTATION5_2020-09-20025716', '172.18.39.5'],
  ['empire_smbexec_dcerpc_smb_svcctl_WORKSTATION6_2020-09-20025716', '172.18.39.6'],
  ['empire_wmi_dcerpc_wmi_IWbemServices_ExecMethod_WORKSTATION5_2020-09-21001437', '172.18.39.5'],
  ['empire_wmi_dcerpc_wmi_IWbemServices_ExecMethod_WORKSTATION6_2020-09-21001437', '172.18.39.6'],
];

/** As EMPIRE; en-us/index.html, docs.html, test.html. */
const COVENANT: readonly Agent[] = [
  ['covenant_copy_smb_CreateRequest_2020-09-22145302', '172.18.39.5'],
  ['covenant_dcom_executeexcel4macro_blocked_2020-09-17173147', '172.18.39.5'],
  ['covenant_dcom_iertutil_dll_hijack_WORKSTATION5_2020-10-09183000', '172.18.39.5'],
  ['covenant_dcom_iertutil_dll_hijack_WORKSTATION6_2020-10-09183000', '172.18.39.6'],
  ['covenant_dcom_registerxll_2020-09-18145959', '172.18.39.5'],
  ['covenant_dcsync_dcerpc_drsuapi_DsGetNCChanges_2020-08-05020926', '172.18.39.5'],
  ['covenant_getdomaingroup_ldap_searchrequest_domain_admins_2020-09-22141005', '172.18.39.5'],
  ['covenant_ldap_searchrequest_domainuser', '172.18.39.5'],
  ['covenant_sc_query_dcerpc_smb_svcctl_2020-08-05034820', '172.18.39.5'],
  ['covenant_sharpsc_create_dcerpc_smb_svcctl_2020-08-06022635', '172.18.39.5'],
  ['covenant_sharpsc_query_dcerpc_smb_svcctl_2020-08-06012009', '172.18.39.5'],
  ['covenant_sharpsc_start_dcerpc_smb_svcctl_2020-08-06030120', '172.18.39.5'],
  ['covenant_sharpsc_stop_dcerpc_smb_svcctl_2020-08-06031938', '172.18.39.5'],
  ['covenant_sharpwmi_create_dcerpc_wmi_2020-08-06035621', '172.18.39.6'],
  [
    'covenant_wmi_remote_event_subscription_ActiveScriptEventConsumers_WORKSTATION6_2020-09-01103012',
    '172.18.39.6',
  ],
  ['covenant_wmi_wbemcomn_dll_hijack_WORKSTATION5_2020-10-09173318', '172.18.39.5'],
  ['covenant_wmi_wbemcomn_dll_hijack_WORKSTATION6_2020-10-09173318', '172.18.39.6'],
  ['mimikatz_CVE-2020-1472_Unauthenticated_NetrServerAuthenticate2_2020-09-16233923', '172.18.39.5'],
];

/** OTRF Security-Datasets, the second day of the APT29 emulation, by Zeek: one machine, one capture after the other. */
const POSHC2 = ['UTICA-A', 'UTICA-C', 'UTICA-D', 'UTICA-ONE-DRIVE'];

/** nickg-24/c2-ms-capstone, tables of the packets between an agent and its server. */
const TABLES: readonly (readonly [family: string, capture: string])[] = [
  ['empire', 'empire_beaconing_0'],
  ['empire', 'empire_tasks_0'],
  ['merlin', 'merlin_beaconing_0'],
  ['merlin', 'merlin_tasks_0'],
  ['poshc2', 'posh_beaconing_0'],
  ['poshc2', 'posh_tasks_0'],
  ['poshc2', 'posh_tasks_1'],
  ['sliver', 'sliver_beaconing_0'],
  ['sliver', 'sliver_beaconing_1'],
  ['sliver', 'sliver_tasks_0'],
  ['sliver', 'sliver_tasks_1'],
];

/** No control in them; one connection, whose calls nothing tells (HTTPS); or no domain to tell (dnscat2). */
const LEFT_OUT = [
  'covenant_beaconing_0',
  'covenant_beaconing_1',
  'covenant_beaconing_2',
  'covenant_random_0',
  'covenant_tasks_0',
  'covenant_psremoting_command_2020-08-06115603',
  'covenant_wmi_remote_event_subscription_ActiveScriptEventConsumers_WORKSTATION5_2020-09-01103012',
  'dns_exfiltration',
  'metasploit_0_filtered',
  'metasploit_beaconing_0',
  'metasploit_beaconing_1',
  'metasploit_beaconing_2',
  'metasploit_logonpasswords_lsass_memory_dump',
  'metasploit_tasks_0',
];

/** What there is in the logs of a capture: the requests alone, as a proxy sees them, or all, as a sensor beside the wire. */
type Seen = (capture: string) => readonly string[];

function controlOf(family: string, control: string, inside: string, [capture, actor]: Agent, seen: Seen) {
  return {
    name: `${family}/${capture}`,
    family,
    technique: 'T1071.001',
    logs: seen(capture),
    kinds: ['volume', 'beacon'],
    actor,
    malicious: { by: 'peer', peers: [control] },
    control: [control],
    inside: [inside],
  } satisfies AttackTrace;
}

function agents(seen: Seen): readonly AttackTrace[] {
  const lab = ['10.10.10.5', '172.18.0.0/16'] as const;
  const ninjacopy: Agent = ['empire_ninjacopy_dumping_ntds_dit_file', '192.168.1.4'];
  return [
    ...EMPIRE.map((each) => controlOf('empire', ...lab, each, seen)),
    controlOf('empire', '192.168.56.40', '192.168.1.0/24', ninjacopy, seen),
    ...COVENANT.map((each) => controlOf('covenant', ...lab, each, seen)),
  ];
}

/**
 * Agents of Empire and of Covenant call every 5 s within one connection that stays open. Of those calls the requests alone
 * tell, and the product heeds requests where a sensor writes no connections.
 */
export const captures: Adapter = {
  leftOut: LEFT_OUT,
  attacks: [
    ...agents((capture) => [`${capture}/http.log`]),
    ...POSHC2.map((each) =>
      controlOf('poshc2', '192.168.0.4', '10.0.0.0/8', [each, '10.0.1.5'], (capture) => [capture]),
    ),
    ...TABLES.map(([family, capture]) =>
      controlOf(family, '192.168.2.15', '192.168.1.0/24', [capture, '192.168.1.10'], () => [capture]),
    ),
    {
      name: 'iodine',
      family: 'iodine',
      technique: 'T1071.004',
      logs: ['dns-tunnel-iodine/dns.log'],
      kinds: ['tunnel'],
      actor: '10.0.2.30',
      malicious: { by: 'all' },
      control: ['pirate.sea'],
      inside: ['10.0.2.0/24'],
    },
    {
      name: 'txt-commands',
      family: 'txt-commands',
      technique: 'T1071.004',
      logs: ['dns-txt-commands/dns.log'],
      kinds: ['tunnel'],
      actor: '192.168.100.121',
      malicious: { by: 'peer', peers: ['ostrykebs.pl'] },
      control: ['ostrykebs.pl'],
      inside: ['192.168.100.0/24'],
    },
  ],
};

/** The same agents as a sensor beside the wire sees them: one connection, and what is asked in it. */
export const capturesBesideTheWire: Adapter = {
  leftOut: LEFT_OUT,
  attacks: agents((capture) => [capture]),
};
