// Made from docs/OPERATIONS.md by `npm run build && node dist/docs/main.js`.

/** What each error code means, and what its reader can do. @type {Readonly<Record<string, { what: string, todo: string }>>} */
export const ERROR_WORDS = {
  dns_failed: {
    what: 'the name of the device has no address',
    todo: 'use its IP address; a name that ends in .local must be announced in the network of this machine, which a container sees with network_mode: host only',
  },
  address_refused: {
    what: 'dialtone does not dial this address',
    todo: 'ALLOW_LOOPBACK, DEVICE_CIDRS: SECURITY.md',
  },
  refused: {
    what: 'the machine answers, but no program listens on the port',
    todo: 'is the program of the device running, is port right?',
  },
  host_unreachable: {
    what: 'no way leads there',
    todo: 'is the device switched on, in the same network?',
  },
  connect_timeout: {
    what: 'nothing answered',
    todo: 'is the device switched on, in the same network? Or a firewall is between',
  },
  hello_timeout: {
    what: 'the link is open but the device did not introduce itself',
    todo: 'protocol does not fit the device, or its program hangs',
  },
  handshake_rejected: {
    what: 'the answer is no WebSocket upgrade',
    todo: 'path, port or protocol is another one',
  },
  device_busy: {
    what: 'another client is connected to the device',
    todo: 'stop that client; dialtone tries again after 15 s or what the device says',
  },
  auth_failed: {
    what: 'the device refused the token, or dialtone its certificate',
    todo: 'token, tls.fingerprint; the message says which',
  },
  peer_dead: {
    what: 'nothing came from the device any more, not even a pong',
    todo: 'Wi-Fi, or a hung program',
  },
  link_lost: {
    what: 'the connection broke',
    todo: 'Wi-Fi, or the device restarted',
  },
  link_closed: {
    what: 'the device closed the connection',
    todo: 'its own log says why',
  },
  slow_link: {
    what: 'the network takes less than the audio needs',
    todo: 'nearer to the access point, or a protocol with Opus',
  },
  protocol_error: {
    what: 'what the device sent breaks the rules of its protocol',
    todo: "update the device's program; DEVICES.md has the rules",
  },
  message_too_big: {
    what: 'a message was longer than 256 KB',
    todo: 'send audio in messages of 20 to 100 ms',
  },
  flood: {
    what: 'the device sends more than the limits',
    todo: 'SECURITY.md has them',
  },
  opus_bad_packet: {
    what: 'a packet is no Opus',
    todo: 'the encoder of the device',
  },
  audio_bad_format: {
    what: 'a WAV file or a sample rate that cannot be used',
    todo: 'the message says what would be right',
  },
  audio_incomplete: {
    what: 'a client sends speech for a device, and not all of it came, or it was longer than 300 s; what came was played',
    todo: 'what sends it: the message says what is missing',
  },
  tool_unknown: {
    what: 'the device has no such function',
    todo: 'the functions that it lists',
  },
  tool_bad_arguments: {
    what: 'the arguments of a function of the device are not what it takes',
    todo: 'the parameters that it lists',
  },
  tool_timeout: {
    what: 'a function of the device gave no result in time',
    todo: "the device's program",
  },
  tool_failed: {
    what: 'a function of the device gave an error',
    todo: "the message is the device's own",
  },
  downloads_full: {
    what: 'there is no room for another file that devices are to fetch: 256 of them, 64 MiB in all',
    todo: 'try again in a minute; offer a smaller file',
  },
  engine_unavailable: {
    what: 'the server of the engine cannot be reached, or an optional package is missing',
    todo: 'its address; is it running? npm ci --include=optional',
  },
  engine_misconfigured: {
    what: 'a setting of the engine is wrong: an unknown model, a missing key',
    todo: 'the message names the setting',
  },
  engine_auth: {
    what: 'the engine refuses the key',
    todo: 'the key, and whether it may use the model',
  },
  engine_rate_limited: {
    what: 'the limit of requests of your plan is reached',
    todo: 'a larger plan, or a second engine: LLM=groq,openai',
  },
  engine_timeout: {
    what: 'no answer in STT_TIMEOUT, LLM_TIMEOUT or TTS_TIMEOUT',
    todo: 'a faster model, or a longer time',
  },
  engine_bad_request: {
    what: 'the engine refuses what it was asked',
    todo: 'the message; often a model that cannot do what the settings want',
  },
  engine_bad_answer: {
    what: 'the engine answered something that is not understood',
    todo: 'is it really a server with that API?',
  },
  engine_overloaded: {
    what: 'the engine has no room for more',
    todo: 'more channels (batch_size of Kyutai), or a second engine',
  },
  speech_host_down: {
    what: 'the process of the native engines ended; it is started again',
    todo: 'memory: SHERPA_MAX_MB; please report repeated crashes',
  },
  model_unknown: {
    what: 'the model is not in the catalogue; not on this machine',
    todo: 'dialtone models list, install',
  },
  model_not_installed: {
    what: 'the model is not in the catalogue; not on this machine',
    todo: 'dialtone models list, install',
  },
  model_busy: {
    what: 'another process works on the model',
    todo: 'wait for it',
  },
  model_download_failed: {
    what: 'the download broke off',
    todo: 'the same command goes on where it was; MODELS_BASE_URL for a mirror',
  },
  model_bad_file: {
    what: 'a file is not what it should be; the folder cannot be used',
    todo: 'dialtone models verify; the message says what is wrong',
  },
  model_folder: {
    what: 'a file is not what it should be; the folder cannot be used',
    todo: 'dialtone models verify; the message says what is wrong',
  },
  config_not_found: {
    what: 'there is no devices.json; it cannot be read',
    todo: 'the message names every path that was looked at',
  },
  config_unreadable: {
    what: 'there is no devices.json; it cannot be read',
    todo: 'the message names every path that was looked at',
  },
  config_invalid: {
    what: 'devices.json, or the entry of this device, has a mistake',
    todo: 'dialtone validate',
  },
  settings_invalid: {
    what: 'an environment variable is wrong',
    todo: 'the message names it',
  },
  port_in_use: {
    what: 'another program has the port',
    todo: 'PORT, LISTEN_PORT',
  },
  internal: {
    what: 'a defect of dialtone; only the line of this device ended',
    todo: 'the log has device.fault with a stack: please report it',
  },
};
