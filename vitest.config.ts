import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const LONG = '{src,device-sim,test,bench}/**/*.long.test.ts';
/** What needs the machine for itself: conversations in real time, as many as it can hold. */
const ALONE = [
  'test/native-host-kills.long.test.ts',
  'test/fleet.long.test.ts',
  'bench/{bench,soak-inbound}.long.test.ts',
];
const PROPERTIES = 'src/**/*-properties.test.ts';

/** One set of tests. Ports, folders and clocks are a test's own, so files run side by side. */
function project(name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return { extends: true, test: { name, ...test } };
}

export default defineConfig({
  resolve: { conditions: ['dialtone-source'] },
  ssr: { resolve: { conditions: ['dialtone-source'] } },
  test: {
    globalSetup: ['test/support/build-once.ts'],
    // Loading the sources anew for every file would take more time than most tests do.
    isolate: false,
    // Limits for what hangs, not for what is slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    projects: [
      project('quick', {
        include: ['{src,device-sim,test,bench}/**/*.test.ts'],
        exclude: [LONG, PROPERTIES],
        setupFiles: ['test/support/time/same-chance.ts'],
        // Some tests wait: for a process, a port, a limit of the network.
        maxWorkers: availableParallelism() + 1,
      }),
      // What takes long by nature. And the conversation, with new chance in every run.
      project('long', {
        include: [LONG, PROPERTIES],
        exclude: ALONE,
        maxWorkers: availableParallelism(),
        sequence: { groupOrder: 1 },
      }),
      project('alone', { include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } }),
    ],
  },
});
