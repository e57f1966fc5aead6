import type { Device, Job, Workload } from './device.ts';

export interface ServerPlan extends Pick<Device, 'criticality' | 'roles' | 'workloads' | 'owner'> {
  readonly name: string;
  readonly job: Job;
  /** The last octet within 10.0.2.0/24, where it is fixed. */
  readonly host?: number;
}

const container = (id: Workload['id'], image: string, instances = 1): Workload => ({
  id,
  kind: 'container',
  image: `registry.acmecorp.com/${image}`,
  instances,
});
const plan = (name: string, job: Job, host: number, rest: Partial<ServerPlan> = {}): ServerPlan => ({
  name,
  job,
  host,
  owner: 'it-operations',
  criticality: 'high',
  roles: [],
  workloads: [],
  ...rest,
});

/** Which servers an organisation has, the most needed first. */
export const SERVER_PLANS: readonly ServerPlan[] = [
  plan('dc1', 'domain', 10, { criticality: 'vital' }),
  plan('video', 'video', 5, {
    owner: 'physical-security',
    workloads: [{ id: 'wkl_video_recorder', kind: 'service', image: 'video-recorder:24.2', instances: 1 }],
  }),
  plan('files', 'files', 20),
  plan('monitoring', 'monitoring', 30, { roles: ['monitoring'], criticality: 'normal' }),
  plan('intranet', 'intranet', 40, {
    workloads: [
      container('wkl_intranet_web', 'intranet/web:4.12.1', 3),
      container('wkl_intranet_search', 'intranet/search:2.8.0'),
      container('wkl_intranet_cache', 'library/redis:7.2.5'),
    ],
  }),
  plan('backup', 'backup', 31, { roles: ['backup'] }),
  plan('mail', 'mail', 25),
  plan('access', 'access', 50, { owner: 'physical-security' }),
  plan('building', 'building', 51, { owner: 'facilities' }),
  plan('database', 'database', 60, {
    criticality: 'vital',
    workloads: [{ id: 'wkl_orders_db', kind: 'service', image: 'postgresql:16.4', instances: 1 }],
  }),
  plan('dc2', 'domain', 11, { criticality: 'vital' }),
  plan('print', 'print', 21, { criticality: 'low' }),
  plan('git', 'git', 41, { owner: 'engineering', workloads: [container('wkl_git', 'tools/forge:9.0.2')] }),
  plan('updates', 'updates', 22, { criticality: 'normal' }),
  plan('app1', 'app', 42, {
    owner: 'engineering',
    workloads: [
      container('wkl_orders_api', 'orders/api:3.4.0', 4),
      container('wkl_orders_worker', 'orders/worker:3.4.0', 2),
    ],
  }),
  plan('app2', 'app', 43, {
    owner: 'engineering',
    workloads: [container('wkl_billing_api', 'billing/api:1.19.2', 2)],
  }),
];
