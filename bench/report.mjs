// Figures beside their limits, for people and as JSON.
import os from 'node:os';

/**
 * One figure.
 * @typedef {{ bench: string, case: string, figure: string, value: number, unit: string, limit: number | null, pass: boolean | null }} Figure
 */

/** Collects figures of one bench. @param {string} bench */
export function createReport(bench) {
  /** @type {Figure[]} */
  const figures = [];
  const add = (where, figure, value, unit, limit, pass) =>
    figures.push({ bench, case: where, figure, value: rounded(value), unit, limit, pass });
  return {
    figures,
    /** A figure that must not be larger than its limit. */
    atMost: (where, figure, value, unit, limit) => add(where, figure, value, unit, limit, value <= limit),
    /** A figure for which there is no limit. */
    note: (where, figure, value, unit) => add(where, figure, value, unit, null, null),
  };
}

/** What the figures were measured on. */
export function machine() {
  return {
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
  };
}

/** One line a figure. @param {readonly Figure[]} figures */
export function toTable(figures) {
  const rows = figures.map(({ case: where, figure, value, unit, limit, pass }) => [
    where,
    figure,
    `${value}${unit && ` ${unit}`}`,
    limit === null ? '' : `<= ${limit}`,
    pass === null ? '' : pass ? 'pass' : 'FAIL',
  ]);
  const widths = rows.reduce((most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)), []);
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, index) => cell.padEnd(widths[index]))
          .join('  ')
          .trimEnd()}`,
    )
    .join('\n');
}

function rounded(value) {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
