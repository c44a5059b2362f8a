// What dialtone costs, each figure beside its limit, measured in the same run.
import { parseArgs } from 'node:util';
import { active } from './benches/active.mjs';
import { consolePage } from './benches/console.mjs';
import { engines } from './benches/engines.mjs';
import { host } from './benches/host.mjs';
import { inbound } from './benches/inbound.mjs';
import { codec, ogg, protocol, resample, vad } from './benches/micro.mjs';
import { reload } from './benches/reload.mjs';
import { scrape } from './benches/scrape.mjs';
import { silent } from './benches/silent.mjs';
import { storm } from './benches/storm.mjs';
import { createReport, machine as machineOf, toTable } from './report.mjs';

const BENCHES = {
  codec,
  ogg,
  resample,
  vad,
  protocol,
  reload,
  host,
  engines,
  scrape,
  storm,
  silent,
  active,
  inbound,
  console: consolePage,
};
const HELP = `npm run bench -- [--only NAME[,NAME]] [--quick] [--json] [--count N] [--profile FOLDER]

  --only      ${Object.keys(BENCHES).join(', ')}
  --quick     small and short, to see that it works: limits that such a run cannot tell are left out
  --json      nothing but JSON on stdout
  --count     this many conversations (active, inbound) or devices (silent, storm, scrape, console)
  --profile   a folder for the CPU profiles of the backend (active, silent, inbound); bench/top-functions.mjs reads them

The exit code is 1 when something went wrong, not when a limit was missed: other work on the machine does that too.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    count: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const names = values.only?.split(',') ?? Object.keys(BENCHES);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}\n\n${HELP}`);
  process.exit(64);
}

const say = (text) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const machine = machineOf();
const options = {
  quick: values.quick,
  count: limited(values.count === undefined ? undefined : Number(values.count)),
  profile: values.profile,
};
const figures = [];
const errors = [];
say(`Node ${machine.node}, ${machine.platform}, ${machine.cores} cores of ${machine.cpu}`);
const waiting = [...names];
// A quick run tells no times worth anything: several at once then.
await Promise.all(Array.from({ length: values.quick ? 3 : 1 }, work));
const missed = figures.filter(({ pass }) => pass === false).length;
say(`\n${figures.filter(({ pass }) => pass).length} limits kept, ${missed} missed, ${errors.length} benches failed`);
if (values.json)
  process.stdout.write(`${JSON.stringify({ machine, quick: values.quick, figures, errors }, null, 2)}\n`);
process.exit(errors.length > 0 ? 1 : 0);

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const report = createReport(name);
    const started = performance.now();
    try {
      await BENCHES[name](report, options);
    } catch (error) {
      errors.push({ bench: name, message: error.message });
      say(`${name}: ${error.stack}`);
    }
    figures.push(...report.figures);
    say(`\n${name} (${((performance.now() - started) / 1000).toFixed(0)} s)\n${toTable(report.figures)}`);
  }
}

/** A device costs two files in its process while it is being dialled: no more of them than the system allows. */
function limited(count) {
  const files = process.report?.getReport().userLimits?.open_files?.soft;
  const most = typeof files === 'number' ? Math.floor((files - 200) / 3) : 10_000;
  if ((count ?? 1_000) <= most) return count;
  say(`only ${files} open files are allowed (ulimit -n): at most ${most} devices`);
  return most;
}
