import { loadOpusCodec } from './audio/opus/opus-codec.ts';
import { SharedPacer } from './audio/pacer.ts';
import { audioHookPlan } from './audio-hook-settings.ts';
import { type DevicesConfig, readDevicesFile } from './config/devices-file.ts';
import type { DeviceConfig } from './config/devices-schema.ts';
import { ConfigReloader, type ConfigReloaderDeps } from './config/live/config-reloader.ts';
import type { LiveConfig } from './config/live/config-status.ts';
import { DevicesWatcher } from './config/live/devices-watcher.ts';
import { readVoiceBook, type VoiceBook } from './config/voices/voice-book.ts';
import { ConfigWarnings } from './config-warnings.ts';
import { Conversation } from './conversation/conversation.ts';
import { createPrompts } from './conversation/instructions/prompts.ts';
import type { Patience } from './conversation/turn/turn-watchdog.ts';
import { type Clock, type Random, systemClock } from './core/clock.ts';
import type { Secret } from './core/secret.ts';
import { createLocalNames } from './discovery/local-names.ts';
import { deviceEnginesCheck } from './engines/device-engines.ts';
import type { EngineRegistry } from './engines/engine.ts';
import { choiceFor } from './engines/engine-choice.ts';
import { createEngineRegistry } from './engines/engine-registry.ts';
import { loadFvad } from './engines/fvad/fvad.ts';
import { Registrations } from './fleet/accepting/registrations.ts';
import { DeviceManager } from './fleet/device-manager.ts';
import type { Fleet } from './fleet/fleet.ts';
import { InboundScheduler } from './fleet/line/inbound-scheduler.ts';
import { createApi } from './http/api.ts';
import { apiWarnings } from './http/api-settings.ts';
import { AudioHook } from './http/audio-hook.ts';
import { createListenerAnswer } from './http/listener/listener-app.ts';
import { OneTimeDownloads } from './http/listener/one-time-downloads.ts';
import { ReadinessTracker } from './http/readiness.ts';
import { startHttpServer } from './http/server.ts';
import { listenPlan } from './listen-settings.ts';
import { listenUrl } from './listen-url.ts';
import { createNews } from './news/create-news.ts';
import { createPinTools, pictureLimits, pinHealth } from './pin-tools.ts';
import { Pictures } from './protocols/pictures.ts';
import type { Recorded } from './protocols/recorded.ts';
import { createProtocols, PROTOCOLS } from './protocols/registry.ts';
import { newMediaCounters } from './protocols/webrtc/media-counters.ts';
import type { Settings } from './settings.ts';
import { type Discovery, startDiscovery } from './start-discovery.ts';
import { startListening } from './start-listening.ts';
import { openStorage } from './storage/open-storage.ts';
import { EventBus } from './telemetry/event-bus.ts';
import { FailureLines } from './telemetry/failure-lines.ts';
import type { Log } from './telemetry/log.ts';
import { logEvents } from './telemetry/log-events.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { startTraces } from './telemetry/traces/start-traces.ts';
import { TurnLog } from './telemetry/turn-log.ts';
import type { Arrival } from './transport/arrival.ts';
import { createDialer } from './transport/dial/dial-options.ts';
import { withDialWarnings } from './transport/dial/never-dialled.ts';
import { WebRtcOffers } from './transport/webrtc/webrtc-offers.ts';
import { arrivalOf } from './transport/websocket/arrival-of.ts';
import type { ListenServer } from './transport/websocket/listen-server.ts';
import { dialWebSocket } from './transport/websocket/websocket-dial.ts';
import { icePlan } from './webrtc-settings.ts';

/** An answer of any engine is waited for so long at least, milliseconds. */
const SHORTEST_PATIENCE_MS = 30_000;

/** What the backend is started with. */
export interface AppOptions {
  readonly settings: Settings;
  readonly config: DevicesConfig;
  /** Why the last good copy of devices.json runs in its place. Default: the file itself runs. */
  readonly fallback?: string | null;
  /** The voices that the configuration was checked against. Default: those of the settings. */
  readonly voices?: VoiceBook;
  readonly log: Log;
  /** Lines that the log left out so far. Default: none. */
  readonly logLinesDropped?: () => number;
  readonly version: string;
  /** Whether devices.json is watched. */
  readonly watch: boolean;
  /** Default: the machine's. */
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: those of the settings. */
  readonly engines?: EngineRegistry;
}

/** A running backend. */
export interface App {
  /** Address of the REST API. */
  readonly url: string;
  /** Port at which devices dial in; undefined: there is none. */
  readonly listenPort: number | undefined;
  readonly bus: EventBus;
  readonly fleet: Fleet;
  readonly config: LiveConfig;
  /** Says goodbye to every device and ends everything. */
  close(): Promise<void>;
}

/**
 * Starts the backend: engines first, then the REST API, then the devices are dialled.
 * @throws DialtoneError `engine_*` when an engine cannot be used, `port_in_use`
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { settings, config, log, version } = options;
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  let internalErrors: Metrics['internalErrors'] | undefined;
  const bus = new EventBus(clock, (error) => {
    log.error({ event: 'bus.subscriber_failed', err: error });
    internalErrors?.inc({ where: 'subscriber' });
  });
  const report = bus.report.bind(bus);
  const voices = options.voices ?? readVoiceBook(settings.VOICES_FILE);
  const transcripts = settings.LOG_TRANSCRIPTS;
  const stopLogging = logEvents(bus, log, { transcripts, clock });

  log.info({ event: 'config.loaded', file: config.file, devices: config.devices.length }, 'devices.json read');
  const configWarnings = new ConfigWarnings(log);
  configWarnings.write(config.warnings);
  if (options.fallback) log.error({ event: 'config.fallback' }, options.fallback);
  for (const { name, errors } of config.misconfigured) {
    log.warn({ event: 'config.misconfigured', device: name, errors }, 'this device does not run: its entry is wrong');
  }

  const readiness = new ReadinessTracker(bus);
  const debug = (line: string) => log.debug({ event: 'speech_host.output' }, line);
  const engines = options.engines ?? createEngineRegistry(settings, { clock, random, report, debug, voices });
  for (const reason of engines.reasons) log.info({ event: 'engine.chosen' }, reason);
  for (const warning of engines.warnings) log.warn({ event: 'engine.warning' }, warning);
  for (const warning of apiWarnings(settings)) log.warn({ event: 'api.warning' }, warning);

  let fleet: DeviceManager | undefined;
  let live: ConfigReloader | undefined;
  const media = newMediaCounters();
  const metrics = createMetrics({
    bus,
    media,
    clock,
    version,
    perDevice: settings.METRICS_PER_DEVICE,
    fleet: { list: () => fleet?.list() ?? [] },
    config: () => live?.status,
    ...(options.logLinesDropped ? { logLinesDropped: options.logLinesDropped } : {}),
    engines: (engines.status ?? []).map(({ kind, engine }) => ({ kind, id: engine })),
  });
  internalErrors = metrics.internalErrors;
  const isKnown = (device: string) => fleet?.get(device) !== undefined;
  const turns = new TurnLog({ bus, kept: settings.TURNS_KEPT, transcripts, isKnown });
  const news = createNews(settings, {
    clock,
    random,
    onProblem: ({ code, message }) => log.warn({ event: 'news.failed', error: { code, message } }, message),
    onRecovered: () => log.info({ event: 'news.recovered' }, 'the news are read again'),
  });
  const closers: (() => Promise<void> | void)[] = [
    stopLogging,
    () => engines.close(),
    () => metrics.close(),
    () => turns.close(),
    () => news?.close(),
  ];
  const close = async () => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    closers.push(await startTraces(settings, { bus, clock, version, log }));
    const prompts = createPrompts({ random, ...(news ? { news } : {}) });
    // Later uses begin by themselves; the first answer should have them already.
    if (config.devices.some(({ instructions }) => instructions.type === 'news')) news?.start();
    // What was said with a device whose entry is wrong is kept for when it is mended.
    const storage = await openStorage({ settings, devices: [...config.devices, ...config.misconfigured], clock, log });
    closers.push(() => storage.close());
    const keepGood = ({ misconfigured, text }: DevicesConfig) => {
      if (misconfigured.length === 0) storage.keepConfig(text);
    };
    await engines.ready();
    const [codec, createVad] = await Promise.all([loadOpusCodec(settings.OPUS_CODEC), loadFvad()]);
    const scheduler = new InboundScheduler({ now: () => clock.now(), ...metrics.scheduler });
    const dialer = createDialer({
      allowLoopback: settings.ALLOW_LOOPBACK,
      cidrs: settings.DEVICE_CIDRS,
      clock,
      resolve: createLocalNames({ clock }),
    });
    const pictures = new Pictures();
    const downloads = new OneTimeDownloads({ clock });
    closers.push(() => downloads.close());
    const pins = createPinTools(settings, storage.temp);
    let listener: ListenServer | undefined;
    let discovery: Discovery | undefined;
    const baseUrl = (arrival: Arrival) => listenUrl(settings.LISTEN_URL, arrival, listener?.port);
    const hook = audioHookPlan(settings);
    const onRecorded = hook && recordingsTo(hook, log);
    const manager = new DeviceManager({
      clock,
      pacer: new SharedPacer(clock),
      random,
      report,
      protocols: createProtocols({ codec, random, clock, pictures, downloads, pins, baseUrl, media, onRecorded }),
      scheduler,
      acceptUnknown: settings.ACCEPT_UNKNOWN,
      registrations: new Registrations(storage.registrations),
      dial: (device, { defaultPath, subprotocols }, listener) => {
        const plan = dialer.prepare(device, device.path ?? defaultPath);
        return dialWebSocket({ ...plan, subprotocols }, listener, () => clock.wallNow());
      },
      createConversation: (device, services) =>
        new Conversation(device, {
          ...services,
          report,
          engines: engines.lease(),
          vad: createVad(),
          checker: engines.checker,
          prompts,
          tools: settings.LLM_TOOLS,
          preemptive: settings.PREEMPTIVE,
          patience: patienceOf(settings, device),
          ...storage.deps,
        }),
    });
    const lenient = !settings.STRICT_CONFIG;
    const enginesCheck = () => deviceEnginesCheck(settings, { clock, random, voices });
    const reloaderDeps: ConfigReloaderDeps = {
      clock,
      report,
      apply: (devices, misconfigured, templates) => manager.apply(devices, misconfigured, templates),
      read: (file) =>
        withDialWarnings(
          readDevicesFile(file, { kinds: PROTOCOLS, voices: voices.names, lenient, check: enginesCheck() }),
          settings,
        ),
      onRunning: (next) => {
        keepGood(next);
        configWarnings.write(next.warnings);
      },
    };
    const reloader = new ConfigReloader(config, reloaderDeps, options.fallback);
    if (!options.fallback) keepGood(config);
    const onError = (error: unknown) => log.error({ event: 'http.failed', err: error });
    const api = createApi({
      ...(storage.recordings ? { recordings: storage.recordings } : {}),
      fleet: manager,
      config: reloader,
      bus,
      metrics,
      turns,
      engines: engines.defaults,
      engineStatus: () => engines.status ?? [],
      voices,
      settings,
      clock,
      version,
      readiness: () => readiness.now,
      discovered: () => discovery?.services?.(),
      onError,
      // A client of it is rare, and the packages are large.
      mcp: async () => {
        const { McpSessions } = await import('./mcp/mcp-sessions.ts');
        const { stateArchives } = await import('./mcp/archives.ts');
        const { touchTemplates } = await import('./mcp/touch-notice.ts');
        return new McpSessions({
          clock,
          version,
          device: settings.MCP_DEVICE,
          archives: stateArchives(settings.STATE_DIR),
          touches: touchTemplates(settings),
          onError,
        });
      },
    });
    const server = await startHttpServer({ api, host: settings.HOST, port: settings.PORT });
    closers.push(() => server.close());
    log.info({ event: 'http.listening', url: server.url }, 'REST API ready');
    const plan = listenPlan(settings);
    if (plan) {
      const onListenerError = (error: unknown) => log.error({ event: 'listener.failed', err: error });
      const offers = new WebRtcOffers({
        clock,
        ice: icePlan(settings),
        maxSessions: settings.WEBRTC_MAX_SESSIONS,
        admit: (arrival) => manager.admit(arrival),
        onLimit: () => report({ type: 'arrival.refused', protocol: 'webrtc', reason: 'too_many' }),
        onProblem: (problem) => log.warn({ event: 'listener.warning' }, problem),
        onError: onListenerError,
      });
      closers.push(() => offers.close());
      const startedAtMs = clock.now();
      const answer = createListenerAnswer({
        fleet: manager,
        pictures,
        codec,
        downloads,
        pins: { sessions: pins.sessions, pictures: pictureLimits(settings) },
        clock,
        arrivalOf,
        baseUrl,
        answerOffer: (id, sdp, arrival) => offers.answer(id, sdp, arrival),
        origins: settings.WEBRTC_ORIGINS,
        health: () => ({
          ...media,
          activeDevices: manager.list().filter(({ state }) => state === 'ready').length,
          uptimeSeconds: (clock.now() - startedAtMs) / 1000,
        }),
        pinHealth: () => {
          const { stt, llm, tts } = engines.defaults;
          return pinHealth(settings, pins, storage.temp, [stt.id, llm.id, tts.id]);
        },
        onError: onListenerError,
      });
      listener = await startListening(plan, { settings, clock, fleet: manager, report, log, answer });
    }
    closers.push(() => listener?.close());

    manager.apply(config.devices, config.misconfigured, config.templates);
    if (options.watch) {
      const watcher = new DevicesWatcher({
        file: config.file,
        clock,
        onChange: () => void reloader.reload('file'),
        onProblem: (problem) => {
          reloader.problem = problem;
          if (problem !== null) log.warn({ event: 'config.unwatchable' }, problem);
        },
      });
      closers.push(() => watcher.close());
    }
    closers.push(() => manager.stop());
    discovery = await startDiscovery({
      settings,
      clock,
      version,
      log,
      bus,
      fleet: manager,
      restPort: Number(new URL(server.url).port),
      listener:
        listener && plan ? { host: plan.host, port: listener.port, isSecure: plan.tls !== undefined } : undefined,
    });
    closers.push(() => discovery?.close());
    fleet = manager;
    live = reloader;
    readiness.initialised = true;
    return {
      url: server.url,
      listenPort: listener?.port,
      bus,
      fleet: manager,
      config: reloader,
      close: () => {
        readiness.closing = true;
        return close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Sends what devices record by themselves to where its owner wants it. */
function recordingsTo(hook: { readonly url: string; readonly token: Secret | undefined }, log: Log) {
  const lines = new FailureLines(log, { failed: 'audio_hook.failed', recovered: 'audio_hook.recovered' });
  const sender = new AudioHook({
    ...hook,
    onProblem: (device, error) =>
      lines.failed(device, { device, error: error.message }, 'a recording was not delivered'),
    onDelivered: (device) => lines.worked(device, { device }, 'recordings are delivered again'),
  });
  return (recorded: Recorded) => sender.send(recorded);
}

/** How long a conversation waits before it gives an engine up that does not give itself up: every engine of a list has its time. */
function patienceOf(settings: Settings, device: DeviceConfig): Patience {
  const { stt, llm, tts } = choiceFor(settings, device);
  const { STT_TIMEOUT, LLM_TIMEOUT, TTS_TIMEOUT } = settings;
  const answerSeconds = LLM_TIMEOUT * llm.length + TTS_TIMEOUT * tts.length;
  return {
    transcriptMs: STT_TIMEOUT * stt.length * 1_000,
    answerMs: Math.max(SHORTEST_PATIENCE_MS, answerSeconds * 1_000),
  };
}
