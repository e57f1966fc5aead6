import type { Canaries } from './canaries.ts';

/** An OCSF event of every class that is read, and of some that are not. */
export function ocsfEvents(canaries: Canaries, time: number): readonly string[] {
  const put = (where: string) => canaries.word(`ocsf ${where}`);
  const base = (class_uid: number) => ({
    class_uid,
    time,
    severity_id: 4,
    message: put(`${class_uid} message`),
    raw_data: put(`${class_uid} raw_data`),
    status_detail: put(`${class_uid} status_detail`),
    unmapped: { [put(`${class_uid} unmapped key`)]: put(`${class_uid} unmapped`) },
    observables: [{ name: 'user', value: put(`${class_uid} observable`) }],
    enrichments: [{ value: put(`${class_uid} enrichment`) }],
    actor: { user: { name: put(`${class_uid} actor`) }, process: { cmd_line: put(`${class_uid} cmd_line`) } },
    metadata: {
      version: '1.5.0',
      product: { name: put(`${class_uid} product`) },
      log_name: put(`${class_uid} log_name`),
    },
    [put(`${class_uid} unknown key`)]: put(`${class_uid} unknown value`),
  });
  const source = () => ({
    ip: '10.20.0.13',
    port: 50_123,
    mac: canaries.place('3c:22:fb:d1:7e:54', 'ocsf mac'),
    hostname: put('src hostname'),
    owner: { name: put('owner') },
    location: { city: put('city') },
  });
  const target = () => ({
    ip: '198.51.100.21',
    port: 443,
    hostname: `${put('dst label')}.known-domain-9.com`,
  });
  const ends = () => ({ src_endpoint: source(), dst_endpoint: target() });
  const machine = () => ({
    ip: '10.20.0.14',
    hostname: put('device hostname'),
    name: put('device name'),
    desc: put('device desc'),
    owner: { email_addr: `${put('owner mail')}@corp.example` },
    uid: put('device uid'),
    imei: put('imei'),
  });
  const person = () => ({
    name: put('user name'),
    domain: put('user domain'),
    uid: put('user uid'),
    email_addr: `${put('mail name')}@${put('mail domain')}.example`,
    full_name: put('full name'),
    groups: [{ name: put('group') }],
  });
  const events = [
    {
      ...base(4001),
      ...ends(),
      activity_id: 2,
      traffic: { bytes_out: 1, bytes_in: 2 },
      url: { url_string: put('url') },
      http_request: { user_agent: put('user agent'), args: put('args') },
      proxy: { hostname: put('proxy') },
    },
    {
      ...base(4003),
      ...ends(),
      query: { hostname: `${put('query label')}.known-domain-9.com`, type: 'A' },
      answers: [{ type: 'TXT', rdata: put('answer') }],
      rcode_id: 0,
      rcode: put('rcode'),
    },
    {
      ...base(3002),
      ...ends(),
      activity_id: 1,
      status_id: 1,
      auth_protocol: put('auth_protocol'),
      service: { name: put('service') },
      user: person(),
      session: { uid: put('session') },
    },
    { ...base(3002), ...ends(), activity_id: 1, status_id: 2, user: { name: put('bare name') } },
    {
      ...base(5001),
      device: {
        ...machine(),
        type_id: 7,
        vendor_name: `${put('vendor')} <b>`,
        model: `"${put('model')}"`,
        os: { version: `${put('version')};` },
      },
    },
    {
      ...base(2004),
      finding_info: {
        title: put('title'),
        desc: put('desc'),
        uid: put('finding uid'),
        analytic: { uid: `${put('analytic')} as a sentence`, name: put('analytic name') },
      },
      evidences: [
        { ...ends(), process: { cmd_line: put('evidence cmd') }, file: { name: put('evidence file') } },
      ],
    },
    {
      ...base(2002),
      device: machine(),
      vulnerabilities: [
        {
          title: put('vuln title'),
          desc: put('vuln desc'),
          references: [put('reference')],
          cve: {
            uid: 'CVE-2024-12345',
            cvss: [{ base_score: 9.8, vector_string: put('vector') }],
            desc: put('cve desc'),
          },
          affected_packages: [
            { name: put('package'), path: put('package path'), fixed_in_version: `${put('fixed version')};` },
          ],
        },
      ],
    },
    {
      ...base(5020),
      device: machine(),
      package: {
        name: 'openssl',
        version: `${put('package version')};`,
        vendor_name: `${put('package vendor')} <b>`,
        purl: `pkg:deb/debian/openssl@3.0?distro=debian-12&vcs_url=${put('vcs')}#${put('subpath')}`,
        license: put('license'),
        license_link: put('license link'),
        src_url: put('src url'),
        hash: { value: put('hash') },
      },
      product: { path: put('product path'), name: put('product name'), url_string: put('product url') },
      sbom: {
        uid: put('sbom uid'),
        product: { name: put('sbom tool') },
        software_components: [
          { name: 'zlib', author: put('author'), related_component: put('related component') },
        ],
      },
    },
    { ...base(1001), file: { name: put('class that is not read') } },
    { ...base(4001), src_endpoint: { ip: put('ip that is none') }, dst_endpoint: target() },
    { ...base(4001), time: put('time that is none') },
  ];
  return [...events.map((event) => JSON.stringify(event)), `{"class_uid":4001,"${put('broken line')}`];
}
