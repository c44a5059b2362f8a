import { describe, expect, it } from 'vitest';
import { deviceConfig } from '../../test/support/devices/devices.ts';
import { DialtoneError } from '../core/errors.ts';
import { ManualClock } from '../core/manual-clock.ts';
import type { EngineChoice, EngineChoices } from './engine-choice.ts';
import { type EngineLists, type EngineMakers, SharedEngines, UNUSED_MS } from './shared-engines.ts';

/** A model by its name, for the kind of engine that a test changes. */
type Models = Readonly<Record<string, string>>;

/** Engines that do nothing, chosen by the devices' names. */
function shared(models: Models = {}) {
  const clock = new ManualClock();
  const made: string[] = [];
  const closed: string[] = [];
  const current: Record<string, string> = { ...models };
  const make = (choice: EngineChoice) => {
    if (choice.model === 'bad') throw new DialtoneError('engine_misconfigured', 'no such model');
    const name = `${choice.engine} ${choice.model} ${choice.address ?? ''}`.trim();
    made.push(name);
    return { id: choice.engine, name, close: async () => void closed.push(name) };
  };
  const join = (engines: readonly { readonly name: string }[]) => {
    const name = `(${engines.map((engine) => engine.name).join(' > ')})`;
    return { id: 'list', name, close: async () => undefined };
  };
  const engines = new SharedEngines({
    clock,
    choose: (device): EngineChoices => ({
      stt: [{ engine: 'groq', model: 'ear', reason: 'ear' }],
      llm: (current[device?.name ?? ''] ?? 'default').split(',').map((model) => {
        return { engine: 'groq', model, reason: 'mind', warning: 'slow' } as const;
      }),
      tts: [{ engine: 'groq', model: 'voice', address: current.address, reason: 'voice' }],
    }),
    make: { stt: make, llm: make, tts: make, checker: () => undefined } as unknown as EngineMakers,
    list: { stt: join, llm: join, tts: join, closed: () => undefined, status: [] } as unknown as EngineLists,
    warnings: ['no voice'],
  });
  const device = (name: string) => deviceConfig({ name });
  return { clock, made, closed, engines, current, device };
}

describe('SharedEngines', () => {
  it('makes the engines of the settings at once, and says which and why', () => {
    const { engines, made } = shared();
    expect(made).toEqual(['groq ear', 'groq default', 'groq voice']);
    expect(engines.reasons).toEqual(['ear', 'mind', 'voice']);
    expect(engines.warnings).toEqual(['slow', 'no voice']);
  });

  it('gives all devices that choose alike the same engines, and makes another once for all that want it', () => {
    const { engines, made, device } = shared({ hall: 'other', desk: 'other' });
    const [kitchen, hall, desk] = ['kitchen', 'hall', 'desk'].map((name) => engines.lease().for(device(name)));
    expect(kitchen).toEqual(engines.defaults);
    expect(hall?.stt).toBe(kitchen?.stt);
    expect(hall?.llm).not.toBe(kitchen?.llm);
    expect(desk?.llm).toBe(hall?.llm);
    expect(made).toEqual(['groq ear', 'groq default', 'groq voice', 'groq other']);
  });

  it('makes one engine of a list, of which each is shared by itself; an engine that stands alone is a list of one', () => {
    const { engines, made, device } = shared({ hall: 'other,default', desk: 'default' });
    const llmOf = ({ llm }: object & { llm: unknown }) => (llm as { readonly name: string }).name;
    expect(llmOf(engines.lease().for(device('hall')))).toBe('(groq other > groq default)');
    expect(llmOf(engines.defaults)).toBe('(groq default)');
    expect(engines.lease().for(device('desk')).llm).toBe(engines.defaults.llm);
    expect(made).toEqual(['groq ear', 'groq default', 'groq voice', 'groq other']);
  });

  it('takes the same model at another address for another engine', () => {
    const { engines, current, device, made } = shared();
    current.address = 'http://box';
    expect(engines.lease().for(device('kitchen')).tts).not.toBe(engines.defaults.tts);
    expect(made.at(-1)).toBe('groq voice http://box');
  });

  it('gives the same set as long as the choice is the same, and another one when it has changed', () => {
    const { engines, current, device } = shared();
    const lease = engines.lease();
    const before = lease.for(device('kitchen'));
    expect(lease.for(device('kitchen'))).toBe(before);
    current.kitchen = 'other';
    const after = lease.for(device('kitchen'));
    expect(after.llm).not.toBe(before.llm);
    expect(after.stt).toBe(before.stt);
  });

  it('closes an engine a minute after the last device has let go of it, and makes it anew then', () => {
    const { engines, current, device, clock, closed, made } = shared({ hall: 'other', desk: 'other' });
    const hall = engines.lease();
    const desk = engines.lease();
    hall.for(device('hall'));
    desk.for(device('desk'));
    hall.release();
    hall.release();
    clock.advance(UNUSED_MS * 2);
    expect(closed).toEqual([]);
    current.desk = 'default';
    desk.for(device('desk'));
    clock.advance(UNUSED_MS - 1);
    expect(closed).toEqual([]);
    clock.advance(1);
    expect(closed).toEqual(['groq other']);
    desk.release();
    engines.lease().for(device('hall'));
    expect(made.filter((name) => name === 'groq other')).toHaveLength(2);
    clock.advance(UNUSED_MS);
    expect(closed).toEqual(['groq other']);
  });

  it('keeps an engine that is wanted again before the minute is over', () => {
    const { engines, device, clock, closed, made } = shared({ hall: 'other' });
    const first = engines.lease();
    const { llm } = first.for(device('hall'));
    first.release();
    clock.advance(UNUSED_MS - 1);
    expect(engines.lease().for(device('hall')).llm).toBe(llm);
    clock.advance(UNUSED_MS * 2);
    expect(closed).toEqual([]);
    expect(made).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  it('never closes the engines of the settings while the process lives', () => {
    const { engines, device, clock, closed } = shared();
    const lease = engines.lease();
    lease.for(device('kitchen'));
    lease.release();
    expect(clock.pending).toBe(0);
    expect(closed).toEqual([]);
  });

  it('stays as it was when a new engine cannot be made', () => {
    const { engines, current, device, clock, closed } = shared({ kitchen: 'other' });
    const lease = engines.lease();
    const before = lease.for(device('kitchen'));
    current.kitchen = 'bad';
    expect(() => lease.for(device('kitchen'))).toThrow(expect.objectContaining({ code: 'engine_misconfigured' }));
    current.kitchen = 'other';
    expect(lease.for(device('kitchen'))).toBe(before);
    expect(clock.pending).toBe(0);
    expect(closed).toEqual([]);
    lease.release();
    clock.advance(UNUSED_MS);
    expect(closed).toEqual(['groq other']);
  });

  it('closes everything once, those that wait to be closed too', async () => {
    const { engines, device, clock, closed } = shared({ hall: 'other' });
    const lease = engines.lease();
    lease.for(device('hall'));
    lease.release();
    await engines.close();
    expect(closed.toSorted()).toEqual(['groq default', 'groq ear', 'groq other', 'groq voice']);
    expect(clock.pending).toBe(0);
    lease.release();
    clock.advance(UNUSED_MS);
    expect(closed).toHaveLength(4);
  });
});
