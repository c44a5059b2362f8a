// A process of the bench that is told what to do: its functions are called by name, one message each way.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a module of this folder in a process of its own.
 * @param {string} module file name, as in 'fleet-main.mjs'
 * @param {{ args?: string[], execArgv?: string[], env?: Record<string, string> }} options
 */
export function startChild(module, { args = [], execArgv = [], env = {} } = {}) {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), args, {
    execArgv: ['--expose-gc', ...execArgv],
    env: { ...process.env, ...env },
    // What the backend logs goes nowhere, but is written: that is part of what it costs.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map();
  let lastId = 0;
  let gone = false;
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true;
      for (const { reject } of waiting.values()) reject(new Error(`${module} ended: ${signal ?? code}`));
      waiting.clear();
      resolve(code);
    });
  });
  child.on('message', ({ id, result, error }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) call?.reject(new Error(`${module}: ${error}`));
    else call?.resolve(result);
  });
  return {
    pid: child.pid,
    call(method, ...values) {
      if (gone) return Promise.reject(new Error(`${module} has ended`));
      return new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        child.send({ id: lastId, method, values });
      });
    },
    /** Ends it, gently first: a profile is written at exit. */
    async stop() {
      if (!gone) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The other side: answers calls with the functions given. @param {Record<string, Function>} functions */
export function serve(functions) {
  process.on('message', async ({ id, method, values }) => {
    try {
      process.send?.({ id, result: await functions[method](...values) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // The process that started this one is gone and will not end it.
  process.on('disconnect', () => process.exit(0));
}
