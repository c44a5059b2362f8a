// Where the time of a CPU profile went. Run: node bench/top-functions.mjs FOLDER [FUNCTIONS]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', most = '30'] = process.argv.slice(2);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const self = new Map();
  const groups = new Map();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = byId.get(id);
    if (functionName === '(idle)') continue;
    const micros = Math.max(0, timeDeltas[index]);
    const where = url === '' ? '' : `${url.replace(/^.*\/(dist|node_modules)\//, '$1/')}:${lineNumber + 1}`;
    const key = `${functionName || '(anonymous)'} ${url.startsWith('wasm') ? 'wasm' : where}`;
    self.set(key, (self.get(key) ?? 0) + micros);
    const group = groupOf(functionName, url);
    groups.set(group, (groups.get(group) ?? 0) + micros);
    busy += micros;
  }
  console.log(`\n${file}: ${(busy / 1e6).toFixed(1)} s busy`);
  for (const [group, micros] of [...groups].sort(([, a], [, b]) => b - a)) {
    console.log(`${((100 * micros) / busy).toFixed(1).padStart(6)} %  ${group}`);
  }
  console.log();
  const sorted = [...self].sort(([, a], [, b]) => b - a).slice(0, Number(most));
  for (const [key, micros] of sorted) {
    console.log(
      `${((100 * micros) / busy).toFixed(1).padStart(6)} %  ${(micros / 1000).toFixed(0).padStart(6)} ms  ${key}`,
    );
  }
}

function groupOf(name, url) {
  if (url.startsWith('wasm')) return 'WebAssembly (Opus, VAD)';
  if (name === '(garbage collector)') return 'garbage collector';
  if (url.includes('/libopus-wasm/') || url.includes('/fvad-wasm/')) return 'calls into WebAssembly';
  if (url.includes('/node_modules/ws/')) return 'ws';
  if (url.includes('/node_modules/')) return 'other packages';
  const room = /\/dist\/(\w+)/.exec(url)?.[1];
  if (room) return `dialtone: ${room}`;
  return url === '' ? 'native code' : 'node itself';
}
