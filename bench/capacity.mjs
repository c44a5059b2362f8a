// Writes docs/CAPACITY.md and its chart from the JSON of a run of the bench.
//   npm run --silent bench -- --json > results.json && node bench/capacity.mjs results.json
// With --dial-in, writes only the section of devices that dial in anew, and leaves the rest of the page as it is.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: flags, positionals: files } = parseArgs({
  options: { 'dial-in': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const runs = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const figures = runs.flatMap((run) => run.figures);
const { machine } = runs[0];
const DIAL_IN = '## Devices that dial in';
const docs = (name) => new URL(`../docs/${name}`, import.meta.url);

const value = (bench, where, figure) =>
  figures.find((f) => f.bench === bench && f.case === where && f.figure === figure);
/** By kind, the smaller first: the runs may be several. */
const cases = (bench) => {
  const all = new Set(figures.filter((figure) => figure.bench === bench).map((figure) => figure.case));
  const kind = (where) => where.replace(/^\d+/, '');
  return [...all].sort((a, b) => kind(b).localeCompare(kind(a)) || Number.parseInt(a, 10) - Number.parseInt(b, 10));
};
const cell = (figure) => (figure === undefined ? '' : `${figure.value} ${figure.unit}`.trim());

if (flags['dial-in']) {
  const page = readFileSync(docs('CAPACITY.md'), 'utf8');
  writeFileSync(docs('CAPACITY.md'), withDialIn(page.split('\n')).join('\n'));
  process.exit(0);
}

const parts = [
  '# What one process holds',
  '',
  `Measured on ${machine.cores} shared cores of ${machine.cpu}, ${machine.platform}, Node ${machine.node}, with fake engines: what speech`,
  'recognition, language model and voice take comes on top. This page is written by',
  '`npm run --silent bench -- --json > results.json && node bench/capacity.mjs results.json`; do not edit it.',
  '',
  'Nearly all of it is the Opus codec, so that a faster core holds as many more as it is faster. One process uses one core for',
  'its lines, and one more for the speech host. More than one process holds: run replicas, each with a `devices.json` of its',
  'own; two replicas must not have the same device.',
  '',
  ...perCore(),
  ...table('Conversations (`--only active`)', 'active', [
    'CPU per conversation',
    'CPU of the bare loop per conversation',
    'CPU against the bare loop',
    'memory per conversation',
    'added latency p50',
    'added latency p95',
    'late frames',
    'CPU of all',
    'taken from this machine by others',
  ]),
  ...table('Connected and silent (`--only silent`)', 'silent', [
    'CPU per device',
    'CPU of the bare loop per device',
    'CPU against the bare loop',
    'memory per device',
    'loop lag p99',
    'messages left out, being a second late',
    'devices that were not ready within a minute',
  ]),
  ...chart(),
  ...dialIn(),
  ...bandwidth(),
  ...engines(),
  '## Every figure',
  '',
  '| bench | case | figure | value | limit | |',
  '| --- | --- | --- | --- | --- | --- |',
  ...figures.map(
    (f) =>
      `| ${f.bench} | ${f.case} | ${f.figure} | ${cell(f)} | ${f.limit ?? ''} | ${f.pass === null ? '' : f.pass ? 'kept' : 'missed'} |`,
  ),
];
writeFileSync(docs('CAPACITY.md'), `${parts.join('\n')}\n`);

/** How many lines of each kind take one core, from the largest case in which the core was not full. */
function perCore() {
  const kinds = [
    ['realtime, in a conversation', 'active', 'conversation', (where) => where.endsWith('conversations'), 'realtime'],
    ['realtime, silent', 'silent', 'device', (where) => where.endsWith('realtime'), 'realtime'],
    ['pcm, silent', 'silent', 'device', (where) => where.endsWith('pcm'), 'pcm'],
  ];
  const rows = kinds.flatMap(([name, bench, each, isOf, protocol]) => {
    const cpu = (where) => value(bench, where, `CPU per ${each}`)?.value ?? Number.POSITIVE_INFINITY;
    const where = cases(bench).findLast((one) => isOf(one) && cpu(one) * Number.parseInt(one, 10) <= 90);
    if (where === undefined) return [];
    // The smallest case has none: the others are measured from it.
    const memoryOf = (one) => value(bench, one, `memory per ${each}`);
    const memory = memoryOf(where) ?? memoryOf(cases(bench).find((one) => isOf(one) && memoryOf(one)));
    const up = value('protocol', protocol, 'microphone, while it sends');
    const down = each === 'device' ? '0' : cell(value('protocol', protocol, 'answer, while it is spoken'));
    return [`| ${name} | ${Math.floor(100 / cpu(where))} | ${where} | ${cell(memory)} | ${cell(up)} | ${down} |`];
  });
  return [
    '## Lines that take one core',
    '',
    'Reckoned from the largest case that left a tenth of the core idle. Leave a third of it idle in production: late frames and',
    'latency begin there.',
    '',
    '| | lines per core | reckoned from | memory of each | up | down |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

function table(title, bench, columns) {
  if (cases(bench).length === 0) return [];
  return [
    `## ${title}`,
    '',
    `| | ${columns.join(' | ')} |`,
    `|${' --- |'.repeat(columns.length + 1)}`,
    ...cases(bench).map((where) => `| ${where} | ${columns.map((c) => cell(value(bench, where, c))).join(' | ')} |`),
    '',
  ];
}

/** Devices that dial in: what their conversation costs, and what is left of them. Each run may be of another machine. */
function dialIn() {
  const measured = ['inbound', 'soak-inbound'].filter((bench) => cases(bench).length > 0);
  if (measured.length === 0) return [];
  const machines = measured.map((bench) => {
    const { cores, cpu, node } = runs.find((run) => run.figures.some((figure) => figure.bench === bench)).machine;
    return `${cores} shared cores of ${cpu}, Node ${node}`;
  });
  const conversations = cases('inbound');
  const count = conversations.length === 1 ? ` --count ${Number.parseInt(conversations[0], 10)}` : '';
  return [
    DIAL_IN,
    '',
    `xiaozhi devices, measured on ${[...new Set(machines)].join(' and ')}, where other work ran at the same time: see the load.`,
    `Written by \`npm run --silent bench -- --only inbound${count} --json > inbound.json\`,`,
    '`npm run --silent soak-inbound -- --json > soak.json` and `node bench/capacity.mjs --dial-in inbound.json soak.json`.',
    'The bare loop is the Opus decode and VAD of what such a device sends (nothing while its user is silent) and the encode of',
    'the answer, packets of 60 ms, measured in the same seconds.',
    '',
    ...measured.flatMap((bench) => [
      bench === 'inbound' ? '### A conversation beside its codec' : '### Devices that dial anew every few seconds',
      '',
      '| figure | value | limit | |',
      '| --- | --- | --- | --- |',
      ...cases(bench).flatMap((where) => figures.filter((f) => f.bench === bench && f.case === where).map(row)),
      '',
    ]),
  ];
}

function row(f) {
  const verdict = f.pass === null ? '' : f.pass ? 'kept' : 'missed';
  return `| ${[f.case, f.figure].filter((part) => part !== '').join(': ')} | ${cell(f)} | ${f.limit ?? ''} | ${verdict} |`;
}

/** The page with its section of devices that dial in replaced, or put before the bandwidth. @param {string[]} lines */
function withDialIn(lines) {
  const isSection = (line) => line.startsWith('## ');
  const from = lines.indexOf(DIAL_IN);
  const next = lines.findIndex((line, index) => index > from && isSection(line));
  const at = from === -1 ? lines.findIndex((line) => line.startsWith('## Bandwidth')) : from;
  return [...lines.slice(0, at), ...dialIn(), ...lines.slice(from === -1 ? at : next)];
}

function bandwidth() {
  return [
    '## Bandwidth (`--only protocol`)',
    '',
    'Of the WebSocket frames; TCP and IP add 5 to 15 kbit/s. A silent microphone sends as much as a loud one, unless the device has DTX.',
    '',
    '| | up, while the microphone sends | down, while an answer is spoken |',
    '| --- | --- | --- |',
    ...['realtime', 'xiaozhi', 'pcm'].map((protocol) => {
      const up = cell(value('protocol', protocol, 'microphone, while it sends'));
      return `| ${protocol} | ${up} | ${cell(value('protocol', protocol, 'answer, while it is spoken'))} |`;
    }),
    '',
  ];
}

/** What speech engines on this machine take besides. */
function engines() {
  const figure = 'CPU seconds for a second of speech';
  return [
    '## Engines on this machine (`--only host`)',
    '',
    'They run on other cores than the lines: the recogniser in a process of its own, the voice in a thread. They cost nothing while',
    'the users are silent. Engines in the cloud cost one HTTP request a sentence.',
    '',
    '| | CPU seconds for a second of speech |',
    '| --- | --- |',
    ...cases('host')
      .filter((where) => value('host', where, figure))
      .map((where) => {
        const name = where === 'espeak' ? 'espeak' : `sherpa, demo model, ${where} at once`;
        return `| ${name} | ${value('host', where, figure).value} |`;
      }),
    '',
  ];
}

/** CPU of all conversations beside the bare loop's: bars, no library. */
function chart() {
  const rows = ['active', 'silent'].flatMap((bench) =>
    cases(bench).map((where) => {
      const each = bench === 'active' ? 'conversation' : 'device';
      const ours = value(bench, where, `CPU per ${each}`)?.value ?? 0;
      return { where, ours, bare: value(bench, where, `CPU of the bare loop per ${each}`)?.value ?? 0 };
    }),
  );
  if (rows.length === 0) return [];
  const most = Math.max(...rows.map(({ ours, bare }) => Math.max(ours, bare)));
  const width = (part) => ((part / most) * 420).toFixed(1);
  const bars = rows.map(
    ({ where, ours, bare }, index) =>
      `<text x="150" y="${44 + index * 36}" text-anchor="end">${where}</text>` +
      `<rect x="160" y="${30 + index * 36}" width="${width(ours)}" height="11" fill="#2563a8"/>` +
      `<rect x="160" y="${43 + index * 36}" width="${width(bare)}" height="11" fill="#9aa5b1"/>` +
      `<text x="${170 + Number(width(Math.max(ours, bare)))}" y="${46 + index * 36}">${ours} % / ${bare} %</text>`,
  );
  const height = 50 + rows.length * 36;
  writeFileSync(
    docs('capacity.svg'),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${height}" font-family="sans-serif" font-size="12">\n` +
      '<title>CPU of one line beside the codec alone</title>\n' +
      `<rect width="720" height="${height}" fill="#fff"/>\n` +
      `<text x="10" y="18">CPU of one line, % of a core: dialtone (blue), the same codec and VAD alone (grey)</text>\n${bars.join('\n')}\n</svg>\n`,
  );
  return ['![CPU of one line beside the codec alone](capacity.svg)', ''];
}
