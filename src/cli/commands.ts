import type { Command } from './command.ts';

/** How every command that talks with a running backend finds it. */
const BACKEND = `It asks the backend at HOST and PORT of the environment (127.0.0.1:8000), or at --url. API_TOKEN, or API_TOKEN_FILE, is
sent along when it is set.`;

const url = { url: { type: 'string' } } as const;

/** Every command, in the order in which `--help` shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    args: '',
    summary: 'run the backend on devices.json. The default',
    details: `Reads devices.json in this folder, /app or /config, or where REMOTE_DEVICES_CONFIG says, dials the devices and talks with
them. Settings are environment variables: docs/CONFIGURATION.md. SIGTERM and Ctrl-C say goodbye to the devices; SIGHUP
reads devices.json again.

  GROQ_API_KEY=… STT=groq dialtone serve`,
    options: {},
    positionals: [0, 0],
    load: async () => (await import('./serve/serve.ts')).serve,
  },
  {
    name: 'validate',
    args: '[FILE]',
    summary: 'check a devices.json, and say what is wrong with it',
    details: `Without FILE it checks the one that "serve" would read. The engines of devices are checked by the
settings of engines in the environment. Exit code 0: right, perhaps with warnings; 78: wrong.

  dialtone validate config/devices.json`,
    options: {},
    positionals: [0, 1],
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'status',
    args: '[DEVICE…] [--json] [--url URL]',
    summary: 'show every device: is it connected, since when, and if not, why not',
    details: `${BACKEND}
--json prints what GET /v1/devices/status says.

  dialtone status
  watch dialtone status kitchen hall`,
    options: { ...url, json: { type: 'boolean' } },
    positionals: [0, Number.POSITIVE_INFINITY],
    load: async () => (await import('./remote/status.ts')).status,
  },
  {
    name: 'say',
    args: 'DEVICE TEXT… [--voice NAME] [--interrupt] [--no-wait] [--url URL]',
    summary: 'have a device say a text; DEVICE "--all" is every enabled device',
    details: `${BACKEND}
It waits until the text was played, and prints the words that the loudspeaker has played. Exit code 1: not all of it was.
--interrupt cuts an answer in progress short; --no-wait does not wait; --voice names one of GET /v1/voices.

  dialtone say kitchen "Dinner is ready."
  dialtone say --all "The door bell."`,
    options: {
      ...url,
      voice: { type: 'string' },
      interrupt: { type: 'boolean' },
      'no-wait': { type: 'boolean' },
      all: { type: 'boolean' },
    },
    positionals: [1, Number.POSITIVE_INFINITY],
    load: async () => (await import('./remote/say.ts')).say,
  },
  {
    name: 'ask',
    args: 'DEVICE TEXT… [--timeout SECONDS] [--voice NAME] [--url URL]',
    summary: 'have a device ask a question, and print what the user answers',
    details: `${BACKEND}
The user must begin to answer within --timeout seconds (15). Exit code 1: no answer came.

  dialtone ask kitchen "Shall I water the garden?"`,
    options: { ...url, voice: { type: 'string' }, timeout: { type: 'string' } },
    positionals: [2, Number.POSITIVE_INFINITY],
    load: async () => (await import('./remote/ask.ts')).ask,
  },
  {
    name: 'tail',
    args: '[DEVICE…] [--json] [--url URL]',
    summary: 'follow what is said with the devices, and what becomes of their lines',
    details: `${BACKEND}
Without DEVICE it follows all devices. It goes on until Ctrl-C, also over a restart of the backend. --json prints the events of
GET /v1/events, one a line. With LOG_TRANSCRIPTS=false the backend tells no words.

  dialtone tail kitchen`,
    options: { ...url, json: { type: 'boolean' } },
    positionals: [0, Number.POSITIVE_INFINITY],
    load: async () => (await import('./remote/tail.ts')).tail,
  },
  {
    name: 'mcp',
    args: '[--device NAME] [--url URL]',
    summary: 'serve the fleet to a client of the Model Context Protocol, on standard input and output',
    details: `${BACKEND}
A client such as an assistant starts it; docs/MCP.md has the configuration. --device, or MCP_DEVICE, names the device that is meant when
a call names none, and whose functions are tools by themselves.

  dialtone mcp --url http://127.0.0.1:8000 --device robot`,
    options: { ...url, device: { type: 'string' } },
    positionals: [0, 0],
    load: async () => (await import('./remote/mcp.ts')).mcp,
  },
  {
    name: 'models',
    args: 'list | install NAME | verify [NAME] | remove NAME',
    summary: 'models that hear and speak on this machine',
    details: `MODELS_DIR is their folder. docs/MODELS.md has more.

  dialtone models list
  dialtone models install vits-piper-en_US-amy-low`,
    options: {},
    positionals: [0, Number.POSITIVE_INFINITY],
    load: async () => (await import('./models.ts')).models,
  },
  {
    name: 'healthcheck',
    args: '',
    summary: 'ask the backend on this machine whether it is alive: exit code 0 or 1',
    details: `For Docker and systemd. It says nothing of the devices: "status" does.

  PORT=8000 dialtone healthcheck`,
    options: {},
    positionals: [0, 0],
    load: async () => (await import('./healthcheck.ts')).healthcheckCommand,
  },
  {
    name: 'config',
    args: 'schema | example',
    summary: 'print the JSON Schema of devices.json, for editors; or a devices.json to begin with',
    details: `  dialtone config schema > devices.schema.json
  dialtone config example > devices.json`,
    options: {},
    positionals: [1, 1],
    load: async () => (await import('./config.ts')).config,
  },
];
