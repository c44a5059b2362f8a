import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const LONG = '**/*.long.test.ts';

/** One set of tests. Ports, folders and clocks are a test's own, so files run side by side. */
function project(name: string, include: string[], exclude: string[]): TestProjectConfiguration {
  return {
    extends: true,
    test: {
      name,
      include,
      exclude: ['node_modules', 'dist', ...exclude],
    },
  };
}

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    globalSetup: ['test/support/build-once.ts'],
    setupFiles: ['test/support/end-of-file.ts'],
    // Loading the sources anew for every file would take more time than most tests do.
    isolate: false,
    // Some tests wait: for a process, a port, a limit of the network.
    maxWorkers: availableParallelism() + 1,
    // Limits for what hangs, not for what is slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    projects: [
      project('quick', ['**/*.test.ts'], [LONG]),
      // What takes long by nature: `npm run test:long`.
      project('long', [LONG], []),
    ],
  },
});
