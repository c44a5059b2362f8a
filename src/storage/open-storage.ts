import { join } from 'node:path';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { RegistrationKeeping } from '../config/registration.ts';
import type { HistoryKeeping, TurnRecorder } from '../conversation/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { Settings } from '../settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { TellTrouble } from './files/disk-trouble.ts';
import { FileHistoryStore } from './history/file-history-store.ts';
import { LastGoodConfig, lastGoodPath } from './last-good-config.ts';
import { FileTurnRecorder } from './recordings/file-turn-recorder.ts';
import { RecordingShelf } from './recordings/recording-shelf.ts';
import { RegistrationsFile } from './registrations-file.ts';
import { TempFiles } from './temp/temp-files.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MB = 1_000_000;

/** What the storage needs. */
export interface StorageOptions {
  readonly settings: Settings;
  /** Those of devices.json. */
  readonly devices: readonly Pick<DeviceConfig, 'name'>[];
  readonly clock: Clock;
  readonly log: Log;
}

/** What is kept of conversations, as the settings say. */
export interface Storage {
  /** What every conversation gets of it. */
  readonly deps: { readonly history: HistoryKeeping; readonly recorder?: TurnRecorder };
  /** The recordings, to be read; undefined without RECORDINGS_DIR. */
  readonly recordings: RecordingShelf | undefined;
  /** Which devices that dial in have been given tokens; undefined without STATE_DIR: that ends with the process. */
  readonly registrations: RegistrationKeeping | undefined;
  /** Where sessions of devices keep what is recorded while they last; undefined without TEMP_DIR. */
  readonly temp: Pick<TempFiles, 'session' | 'bytes' | 'files'> | undefined;
  /** Keeps the text of a devices.json without a mistake for a start at which it cannot be used. Does nothing without STATE_DIR. */
  keepConfig(text: string): void;
  /** Writes what is not written yet. Never rejects. Comes behind the end of the conversations. */
  close(): Promise<void>;
}

/** Opens the store of histories and the recorder that the settings ask for. Never rejects: a disk that refuses is logged. */
export async function openStorage({ settings, devices, clock, log }: StorageOptions): Promise<Storage> {
  const warn =
    (event: string): TellTrouble =>
    (text, { isOver = false, ...fields } = {}) =>
      log[isOver ? 'info' : 'warn']({ event, ...fields }, text);
  const { STATE_DIR, RECORDINGS_DIR, HISTORY_MAX_TOKENS: maxTokens, HISTORY_MAX_MESSAGES: maxMessages } = settings;
  const names = devices.map(({ name }) => name);
  const store =
    STATE_DIR === undefined
      ? undefined
      : await FileHistoryStore.open({ dir: join(STATE_DIR, 'history'), clock, warn: warn('history.warning') }, names);
  const recorder =
    RECORDINGS_DIR === undefined
      ? undefined
      : new FileTurnRecorder({
          dir: RECORDINGS_DIR,
          clock,
          transcripts: settings.LOG_TRANSCRIPTS,
          maxAgeMs: settings.RECORDINGS_MAX_AGE_DAYS * DAY_MS,
          maxBytes: settings.RECORDINGS_MAX_MB * MB,
          warn: warn('recordings.warning'),
        });
  const lastGood =
    STATE_DIR === undefined
      ? undefined
      : new LastGoodConfig({ path: lastGoodPath(STATE_DIR), warn: warn('config.copy_failed') });
  const registrations =
    STATE_DIR === undefined
      ? undefined
      : await RegistrationsFile.open(STATE_DIR, clock.wallNow(), warn('registrations.warning'));
  const temp =
    settings.TEMP_DIR === undefined
      ? undefined
      : await TempFiles.open({
          dir: settings.TEMP_DIR,
          clock,
          maxSessionBytes: settings.MAX_SESSION_DISK_MB * MB,
          maxBytes: settings.TEMP_MAX_MB * MB,
          maxAgeMs: settings.TEMP_MAX_AGE_HOURS * HOUR_MS,
          warn: warn('temp.warning'),
        });
  if (STATE_DIR !== undefined) log.info({ event: 'history.kept', dir: STATE_DIR }, 'conversations are kept');
  if (RECORDINGS_DIR !== undefined) log.info({ event: 'recordings.on', dir: RECORDINGS_DIR }, 'turns are recorded');
  return {
    deps: { history: { store, maxTokens, maxMessages }, ...(recorder ? { recorder } : {}) },
    recordings: RECORDINGS_DIR === undefined ? undefined : new RecordingShelf(RECORDINGS_DIR),
    registrations,
    temp,
    keepConfig: (text) => lastGood?.keep(text),
    close: async () => {
      await lastGood?.close();
      await registrations?.close();
      await store?.close();
      await recorder?.close();
      await temp?.close();
    },
  };
}
