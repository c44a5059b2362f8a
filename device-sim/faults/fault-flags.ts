import type { SimDeviceOptions } from '../device/options.ts';
import type { Faults, RefusalStatus } from './faults.ts';

/** A fault as the command line knows it. */
interface FaultFlag {
  readonly name: string;
  /** Names and defaults of its values, in the order in which they are written. */
  readonly values: readonly (readonly [name: string, fallback: number])[];
  readonly what: string;
  /** The real device that behaves so, and where that was seen. */
  readonly realDevice: string;
  options(values: readonly number[]): FaultOptions;
}

/** The options of a device that make it misbehave. */
export type FaultOptions = Pick<SimDeviceOptions, 'faults' | 'dtx' | 'clients' | 'maxQueueMs'>;

const faults = (some: Faults): FaultOptions => ({ faults: some });
const s = (seconds = 0): number => seconds * 1000;

/** Every `--fault`. */
export const FAULT_FLAGS: readonly FaultFlag[] = [
  {
    name: 'reboot',
    values: [
      ['every s', 60],
      ['for s', 5],
    ],
    what: 'power cut: no close frame, port closed, fresh codec',
    realDevice:
      'ESP32 boards brown out at 2.43 V when Wi-Fi draws 500 mA; HotPin restarts itself after 10 failures or 5 min',
    options: ([every, away]) => faults({ reboot: { everyMs: s(every), forMs: s(away) } }),
  },
  {
    name: 'sleep',
    values: [
      ['awake s', 60],
      ['asleep s', 30],
    ],
    what: 'says goodbye (1001), port closed, comes back',
    realDevice: 'battery devices in deep sleep; ESPHome knows them as deep_sleep devices and dials them every 15 s',
    options: ([awake, asleep]) => faults({ sleep: { everyMs: s(awake), forMs: s(asleep) } }),
  },
  {
    name: 'gap',
    values: [
      ['every s', 60],
      ['for s', 5],
    ],
    what: 'Wi-Fi gap: nothing passes, then everything at once',
    realDevice: 'every ESP32 that changes its access point; modem sleep alone adds 100 to 400 ms',
    options: ([every, away]) => faults({ gap: { everyMs: s(every), forMs: s(away) } }),
  },
  {
    name: 'freeze',
    values: [
      ['every s', 60],
      ['for s', 30],
    ],
    what: 'the program hangs; its sockets stay open, no pong comes',
    realDevice:
      'the Unmute reference device plays inside its event loop; ArduinoWebsockets blocks 20 s on a vanished client (its issue 123)',
    options: ([every, away]) => faults({ freeze: { everyMs: s(every), forMs: s(away) } }),
  },
  {
    name: 'half-open',
    values: [['every s', 60]],
    what: 'forgets its link without a word and waits for another one',
    realDevice: 'ESPHome voice satellites keep a dead session until a power cycle (linux-voice-assistant issue 408)',
    options: ([every]) => faults({ halfOpenEveryMs: s(every) }),
  },
  {
    name: 'slow-reader',
    values: [['bytes per s', 8000]],
    what: 'reads no faster than that',
    realDevice: 'an ESP32-C3 with 80 KB of free heap behind weak Wi-Fi',
    options: ([slowReaderBytesPerS = 0]) => faults({ slowReaderBytesPerS }),
  },
  {
    name: 'refuse',
    values: [['401, 409, 503 or 1013', 503]],
    what: 'turns every backend away, 1013 behind the handshake',
    realDevice:
      'TARS and HotPin close a second client with 1013; 401 is a wrong token, 409 a device in use, 503 one that starts up',
    options: ([status]) => faults({ refuse: status as RefusalStatus }),
  },
  {
    name: 'close-at-once',
    values: [['code', 1011]],
    what: 'closes every link as soon as it is open',
    realDevice:
      'arduinoWebSockets beyond its 5 clients (its issue 644); esp_http_server out of sockets (IDF issue 9163)',
    options: ([closeAtOnce = 0]) => faults({ closeAtOnce }),
  },
  {
    name: 'small-buffer',
    values: [['ms', 250]],
    what: 'has room for that much unplayed audio; drops and reports the rest',
    realDevice: 'HotPin holds 250 to 1000 ms, ESPHome 500 ms, xiaozhi 40 packets: 800 ms of 20 ms frames',
    options: ([maxQueueMs = 0]) => ({ maxQueueMs }),
  },
  {
    name: 'drift',
    values: [['ppm', 100]],
    what: 'microphone and loudspeaker run faster (negative: slower)',
    realDevice: 'ESP32 units differ by -74 to +32 ppm (airplay-esp32 issue 165)',
    options: ([driftPpm = 0]) => faults({ driftPpm }),
  },
  {
    name: 'dtx',
    values: [],
    what: 'sends next to nothing in silence (ogg-opus only)',
    realDevice: 'xiaozhi-esp32 encodes with DTX on',
    options: () => ({ dtx: true }),
  },
  {
    name: 'jitter',
    values: [['ms', 300]],
    what: 'microphone messages come up to that much late, in order',
    realDevice: 'Wi-Fi power save: beacon 102.4 ms times listen interval 3',
    options: ([jitterMs = 0]) => faults({ jitterMs }),
  },
  {
    name: 'garbage',
    values: [['every s', 5]],
    what: 'sends what no backend can understand',
    realDevice: 'firmware under work; a frame cut by a reset',
    options: ([every]) => faults({ garbageEveryMs: s(every) }),
  },
  {
    name: 'single-client',
    values: [],
    what: 'closes a second backend with 1013',
    realDevice: 'TARS, HotPin; ESPHome has one voice subscriber',
    options: () => ({ clients: 'refuse' }),
  },
  {
    name: 'swallow',
    values: [['ms', 400]],
    what: 'the loudspeaker is silent for that long after it was quiet',
    realDevice: 'amplifiers and codecs that power down (xiaozhi: after 15 s idle); Bluetooth loudspeakers',
    options: ([swallowMs = 0]) => faults({ swallowMs }),
  },
];

/** How a fault is written, as in `reboot:60,5`. */
export function exampleOf({ name, values }: FaultFlag): string {
  return values.length === 0 ? name : `${name}:${values.map(([, fallback]) => fallback).join(',')}`;
}

/** Reads the values of all `--fault`. Throws Error with a text for the user. */
export function parseFaults(texts: readonly string[]): FaultOptions {
  const parsed = texts.map(parseFault);
  return { ...Object.assign({}, ...parsed), faults: Object.assign({}, ...parsed.map(({ faults }) => faults)) };
}

function parseFault(text: string): FaultOptions {
  const [name = '', list] = text.split(':');
  const flag = FAULT_FLAGS.find((known) => known.name === name);
  if (!flag) {
    const names = FAULT_FLAGS.map((known) => known.name).join(', ');
    throw new Error(`There is no fault "${name}". There are: ${names}.`);
  }
  const given = list === undefined ? [] : list.split(',');
  const values = flag.values.map(([, fallback], index) => Number(given[index] ?? fallback));
  const tooMany = given.length > flag.values.length;
  const bad = tooMany || values.some((value) => !Number.isFinite(value) || (value <= 0 && name !== 'drift'));
  const badStatus = name === 'refuse' && ![401, 409, 503, 1013].includes(values[0] ?? 0);
  if (bad || badStatus) {
    const wanted = flag.values.map(([what]) => what).join(', ');
    throw new Error(
      `--fault ${name} takes ${wanted === '' ? 'no value' : wanted}, as in ${exampleOf(flag)}, not "${list ?? ''}".`,
    );
  }
  return flag.options(values);
}
