// How long messages of devices waited, and how many were left out, told from two looks at /metrics.

/**
 * The cumulative counts of dialtone_message_wait_seconds by upper bound in milliseconds, and what was left out.
 * @param {string} url of the backend
 */
export async function waitCounts(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const leftOut = Number(/^dialtone_messages_left_out_total (\d+)$/m.exec(text)?.[1] ?? 0);
  const counts = [...text.matchAll(/^dialtone_message_wait_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)].map(
    ([, le, count]) => ({
      // Nothing waits for longer than this: what cannot be done is left out after a second.
      boundMs: le === '+Inf' ? 10_000 : 1000 * Number(le),
      count: Number(count),
    }),
  );
  return { counts, leftOut };
}

/** The smallest bound below which the part `p` of what waited between two looks lies, milliseconds. */
export function waitBelow(before, after, p) {
  const counts = after.counts.map(({ boundMs, count }, index) => ({
    boundMs,
    count: count - (before.counts[index]?.count ?? 0),
  }));
  const all = counts.at(-1)?.count ?? 0;
  return counts.find(({ count }) => count >= p * all)?.boundMs ?? 0;
}
