import type { DeviceKinds } from '../config/device-kind.ts';
import { MAX_NAME } from '../config/device-name.ts';
import { deviceSchemaFor } from '../config/devices-schema.ts';
import { cleanText } from '../core/clean-text.ts';
import type { FoundService } from './service-records.ts';

/** What its owner can do with a service that was found. */
interface Suggestion {
  /** To be copied into `devices` of devices.json, and right there; null: no entry is possible. */
  readonly entry: SuggestedEntry | null;
  /** Why there is none, or what else it may be; null: nothing is to be said. */
  readonly note: string | null;
}

/** An entry of devices.json for a device that dialtone dials. */
interface SuggestedEntry {
  readonly name: string;
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly tls?: true;
}

const WYOMING_NOTE =
  'a speech engine announces itself in the same way as a satellite: if it is one, give its address as STT_WYOMING_URL or TTS_WYOMING_URL';

/** @param isTaken whether a device has this name */
type Suggest = (service: FoundService, isTaken: (name: string) => boolean) => Suggestion;

/** Makes what tells the entry for a service: the schema is built once. */
export function createSuggestions(kinds: DeviceKinds): Suggest {
  const schema = deviceSchemaFor(kinds);
  return (service, isTaken) => {
    const protocol = protocolOf(service, kinds);
    const note = service.type === '_wyoming._tcp' ? WYOMING_NOTE : null;
    const kind = kinds.find(({ id }) => id === protocol);
    if (!kind) {
      const reason = `this version of dialtone has no protocol "${cleanText(protocol, 40)}"`;
      return { entry: null, note: note ? `${reason}; ${note}` : reason };
    }
    if (!kind.directions.includes('dial')) {
      const advice = `a device with the protocol "${protocol}" dials dialtone itself: point it at LISTEN_PORT`;
      return { entry: null, note: advice };
    }
    const path = service.txt.get('path');
    const entry: SuggestedEntry = {
      name: freeName(service, isTaken),
      protocol,
      host: service.host,
      port: service.port,
      ...(path ? { path } : {}),
      ...(service.txt.get('tls') === 'true' ? { tls: true } : {}),
    };
    const checked = schema.safeParse(entry);
    if (checked.success) return { entry, note };
    const [issue] = checked.error.issues;
    const where = issue?.path.join('.') ?? 'it';
    return { entry: null, note: `what it announces is no entry: ${where}: ${issue?.message ?? 'not valid'}` };
  };
}

function protocolOf({ type, txt }: FoundService, [first]: DeviceKinds): string {
  if (type === '_esphomelib._tcp') return 'esphome';
  if (type === '_wyoming._tcp') return 'wyoming';
  return txt.get('protocol') ?? first.id;
}

/** What the service calls itself, as a name of a device that no other device has. */
function freeName({ instance, txt }: FoundService, isTaken: (name: string) => boolean): string {
  const said = cleanText(txt.get('name') ?? instance)
    .normalize('NFC')
    .replace(/[/\p{Cf}\p{Co}]+/gu, '-')
    .trim();
  const plain =
    [...said]
      .slice(0, MAX_NAME - 5)
      .join('')
      .trim() || 'device';
  let name = plain;
  for (let again = 2; isTaken(name); again++) name = `${plain} ${again}`;
  return name;
}
