import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './support/program.ts';

/** The rooms of src/, from the ground floor up: a room imports from itself and from lower floors. */
const FLOORS = [
  ['core', 'text'],
  ['audio', 'config', 'models'],
  ['transport'],
  ['protocols', 'news', 'engines', 'discovery'],
  ['conversation'],
  ['fleet'],
  ['telemetry'],
  ['http', 'mcp', 'storage', 'docs'],
  ['cli'],
];

/** A file that each room might import. */
const FILES: Readonly<Record<string, string>> = {
  core: 'core/clock.ts',
  text: 'text/sentences.ts',
  audio: 'audio/pcm.ts',
  config: 'config/devices-schema.ts',
  models: 'models/catalogue.ts',
  transport: 'transport/link.ts',
  protocols: 'protocols/protocol.ts',
  news: 'news/headline.ts',
  engines: 'engines/stt.ts',
  discovery: 'discovery/service-records.ts',
  conversation: 'conversation/ports.ts',
  fleet: 'fleet/fleet.ts',
  telemetry: 'telemetry/log.ts',
  http: 'http/server.ts',
  mcp: 'mcp/mcp-server.ts',
  storage: 'storage/open-storage.ts',
  docs: 'docs/generated-files.ts',
  cli: 'cli/command-line.ts',
};

/** What a room may not import though it is on a lower floor: whole rooms, or files. */
const STRICTER: Readonly<Record<string, readonly string[]>> = {
  models: ['text'],
  engines: ['transport'],
  discovery: ['transport', 'audio', 'text', 'models'],
  conversation: ['discovery', 'engines/openai/openai-llm.ts', 'engines/engine-registry.ts'],
  fleet: ['engines', 'discovery'],
  telemetry: ['discovery'],
  storage: ['engines', 'discovery', 'fleet', 'protocols', 'conversation/conversation.ts'],
};

/** Packages that one room alone may import. */
const PACKAGES: Readonly<Record<string, string>> = {
  ws: 'transport',
  werift: 'transport',
  hono: 'http',
  '@hono/zod-openapi': 'http',
  '@modelcontextprotocol/sdk': 'mcp',
  'groq-sdk': 'engines',
  'sherpa-onnx-node': 'engines',
  'libopus-wasm': 'audio',
  'prom-client': 'telemetry',
  '@opentelemetry/api': 'telemetry',
  pino: 'telemetry',
  chokidar: 'config',
  htmlparser2: 'news',
  'multicast-dns': 'discovery',
  uqr: 'discovery',
  tar: 'models',
  'unbzip2-stream': 'models',
};

const ROOMS = FLOORS.flat();
const floorOf = (room: string): number => FLOORS.findIndex((floor) => floor.includes(room));

/** One import: a room, and what a file of it imports. */
interface Import {
  readonly room: string;
  readonly from: string;
}

const isForbidden = ({ room, from }: Import): boolean => {
  const owner = PACKAGES[from];
  if (owner !== undefined) return owner !== room;
  const other = from.split('/')[0] ?? '';
  if (other === room) return false;
  return (
    floorOf(other) >= floorOf(room) || (STRICTER[room] ?? []).some((refused) => refused === other || refused === from)
  );
};

/** Every room with every other room and every package. */
function allImports(): Import[] {
  const some = Object.values(STRICTER).flat();
  const files = [...Object.values(FILES), ...some.filter((from) => from.includes('/')), ...Object.keys(PACKAGES)];
  return ROOMS.flatMap((room) => files.map((from) => ({ room, from })));
}

/**
 * The imports that the project's linter refuses, among these: each in a file of its own, in a folder of its own for the room,
 * in a copy of the project that has nothing else.
 */
function refused(imports: readonly Import[]): Import[] {
  const folder = temporaryFolder();
  const config = JSON.parse(readFileSync(new URL('../biome.json', import.meta.url), 'utf8')) as { vcs?: unknown };
  // The copy is no git repository.
  delete config.vcs;
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
  const pathOf = new Map<string, Import>();
  for (const [index, one] of imports.entries()) {
    const path = join('src', one.room, 'inner', `x${index}.ts`);
    const specifier = one.from in PACKAGES ? one.from : `../../${one.from}`;
    mkdirSync(join(folder, 'src', one.room, 'inner'), { recursive: true });
    writeFileSync(join(folder, path), `export type { A } from '${specifier}';\n`);
    pathOf.set(path, one);
  }
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '--only=style/noRestrictedImports', '.'];
  const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] };
  return diagnostics.map(({ location }) => pathOf.get(location.path) ?? { room: '?', from: location.path });
}

it('every folder of src/ is a room, on one floor', () => {
  const folders = readdirSync(new URL('../src/', import.meta.url), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(names.sort()).toEqual([...ROOMS].sort());
});

it('the linter refuses an import of types from a higher floor, and no other', () => {
  const imports = allImports();
  const told = refused(imports).map(({ room, from }) => `${room} -> ${from}`);
  const wanted = imports.filter(isForbidden).map(({ room, from }) => `${room} -> ${from}`);
  expect(told.sort()).toEqual(wanted.sort());
});
