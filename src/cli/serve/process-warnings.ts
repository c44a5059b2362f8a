import type { EventEmitter } from 'node:events';
import type { Log } from '../../telemetry/log.ts';

/**
 * Writes what Node warns of into the log. Node itself would print it on stderr: a line that is no JSON, amid the log where a container's
 * outputs are one.
 * @param source `process`
 */
export function logProcessWarnings(source: Pick<EventEmitter, 'on' | 'removeAllListeners'>, log: Log): void {
  source.removeAllListeners('warning');
  source.on('warning', (err: Error) => log.warn({ event: 'process.warning', err }, 'Node warns: please report it'));
}
