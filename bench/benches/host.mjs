// The speech engines that come along: what a speaker costs, what batching saves, what the process boundary adds, what the voice costs.
import { percentile } from '../support/backend.mjs';
import { startChild } from '../support/child.mjs';

export async function host(report, { quick }) {
  const child = startChild('host-main.mjs');
  try {
    const factors = [];
    for (const speakers of quick ? [1, 4] : [1, 10, 40]) {
      const { cpuSeconds, audioSeconds, wrong } = await child.call('speakers', speakers, quick ? 2_000 : 10_000);
      const where = `${speakers} speakers`;
      if (wrong > 0) throw new Error(`${where}: ${wrong} utterances were not recognised`);
      factors.push(cpuSeconds / audioSeconds);
      report.note(where, 'CPU seconds for a second of speech', cpuSeconds / audioSeconds, '');
      report.note(where, 'CPU of all', (100 * cpuSeconds * speakers) / audioSeconds, '% of a core');
    }
    const spoken = await child.call('voice', quick ? 2 : 20);
    report.note('espeak', 'CPU seconds for a second of speech', spoken.cpuSeconds / spoken.audioSeconds, '');
    report.note('', 'batching makes a speaker cheaper by', factors[0] / factors.at(-1), 'x');
    const { across, inside, different } = await child.call('boundary', quick ? 5 : 30);
    report.note('', 'texts that differ between the two', (100 * different.length) / across.length, '%');
    const added = across.map((ms, index) => ms - inside[index]);
    report.note('', 'end of speech to text in this process, p50', percentile(inside, 0.5), 'ms');
    report.note('', 'end of speech to text in the speech host, p50', percentile(across, 0.5), 'ms');
    report.note('', 'the process boundary adds, p50', percentile(added, 0.5), 'ms');
    if (quick) report.note('', 'the process boundary adds, p95', percentile(added, 0.95), 'ms');
    else report.atMost('', 'the process boundary adds, p95', percentile(added, 0.95), 'ms', 5);
  } finally {
    await child.stop();
  }
}
