import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLog } from '../telemetry/log.ts';
import { DialtoneError } from './errors.ts';
import { Secret } from './secret.ts';

const CANARY = 'gsk_CANARY0123456789';
const secret = new Secret(CANARY);

/** What a console prints of its arguments. */
function printed(...args: unknown[]): string {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  new Console(stream).log(...args);
  return text;
}

const holder = { name: 'groq', key: secret, nested: [{ key: secret }], map: new Map([['key', secret]]) };

describe('a secret', () => {
  it('tells its value to who asks for it', () => {
    expect(secret.reveal()).toBe(CANARY);
  });

  it.each<[string, () => string]>([
    ['a template', () => `${secret}`],
    ['joined text', () => `key: ${[secret, secret].join()}`],
    ['String()', () => String(secret)],
    ['concatenation', () => ''.concat(secret as unknown as string)],
    ['a number', () => String(Number(secret))],
    ['JSON', () => JSON.stringify(secret)],
    ['JSON of what holds it', () => JSON.stringify({ ...holder, map: [...holder.map] })],
    ['inspect', () => inspect(secret)],
    ['inspect of what holds it', () => inspect(holder, { depth: 10, showHidden: true, getters: true })],
    ['inspect without custom forms', () => inspect(holder, { customInspect: false, showHidden: true, depth: 10 })],
    ['%s', () => format('%s', secret)],
    ['%o', () => format('%o', secret)],
    ['%O', () => format('%O', holder)],
    ['%j', () => format('%j', secret)],
    ['console.log', () => printed(secret, holder, 'and %s %o', secret)],
    ['an error', () => inspect(new DialtoneError('engine_auth', `refused ${secret}`, { cause: secret }))],
    ['its keys and values', () => JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ['a copy', () => JSON.stringify({ ...secret })],
    ['a clone', () => inspect(structuredClone({ ...holder, map: undefined, key: { ...secret }, nested: [] }))],
  ])('says nothing of it in %s', (_, print) => {
    expect(print()).not.toContain('CANARY');
  });

  it('says nothing of it in the log', () => {
    const lines: string[] = [];
    const log = createLog('debug', { write: (line: string) => lines.push(line) });
    log.info({ secret, holder }, `with ${secret}`);
    log.error({
      err: new DialtoneError('engine_auth', `refused ${secret}`, { cause: new Error(`${secret}`) }),
      secret,
    });
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('CANARY');
    expect(lines[0]).toContain('[redacted]');
  });

  it('shows that there is something', () => {
    expect(`${secret}`).toBe('[redacted]');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}');
    expect(inspect({ secret })).toBe('{ secret: [redacted] }');
  });
});
