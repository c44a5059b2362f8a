import type { FoundService } from './service-records.ts';

/** Where a device of devices.json is; a device that dials in has no host. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** Whether an entry is for the device that a service belongs to. */
export function isAt({ host, port }: Place, service: Pick<FoundService, 'host' | 'port' | 'addresses'>): boolean {
  return port === service.port && (sameName(host) === sameName(service.host) || service.addresses.includes(host));
}

function sameName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
