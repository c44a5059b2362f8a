import { describe, expect, it } from 'vitest';
import { hasChromium } from '../device-sim/testing/chromium.ts';
import { startConsole, useConsole } from './support/console/start-console.ts';
import { deviceStatus } from './support/devices/device-status.ts';
import { needs } from './support/needs.ts';

const HOUR_AGO = Date.now() - 3_600_000;

const consoleOf = useConsole();

describe.skipIf(!needs(hasChromium(), 'chromium', 'the console'))('the console', () => {
  it('shows every device with its state, trouble and signal, and follows what happens', async () => {
    const page = consoleOf();
    const { bus, complaints } = await startConsole(page, {
      devices: [
        deviceStatus(
          { name: 'kitchen', host: '10.0.0.5' },
          { since: HOUR_AGO, rttMs: 12.3, reported: { wifiRssiDbm: -82 } },
        ),
        deviceStatus(
          { name: 'hall' },
          {
            state: 'backoff',
            lastError: { code: 'host_unreachable', message: 'connect EHOSTUNREACH', at: Date.now() },
            nextRetryAt: Date.now() + 3_600_000,
          },
        ),
        deviceStatus({ name: 'attic', enabled: false }),
      ],
    });
    await page.shows('#device-count', '3 devices');
    expect(await page.names()).toEqual(['hall', 'kitchen', 'attic']);
    await page.shows('#device-rows', /hall[\s\S]*not reached[\s\S]*no way leads there[\s\S]*next attempt in/);
    await page.shows(
      '#device-rows',
      /kitchen[\s\S]*10\.0\.0\.5[\s\S]*connected[\s\S]*12 ms[\s\S]*-82 dBm weak[\s\S]*attic[\s\S]*switched off/,
    );

    const error = { code: 'link_lost', message: 'the connection broke' } as const;
    bus.report({ type: 'device.state', device: 'kitchen', state: 'backoff', previous: 'ready', error });
    await page.shows('#device-rows .row:has([data-device=kitchen])', /not reached[\s\S]*the connection broke/);
    bus.report({ type: 'device.state', device: 'kitchen', state: 'ready', previous: 'handshaking' });
    await page.shows('#device-rows .row:has([data-device=kitchen])', /connected/);

    bus.report({ type: 'turn.started', device: 'kitchen', turn: 1 });
    await page.shows('#live-turns', /kitchen[\s\S]*the user speaks/);
    const stages = { endpointing: 300, transcription: 80 };
    bus.report({ type: 'turn.heard', device: 'kitchen', turn: 1, text: 'what time is it', stages });
    await page.shows(
      '#live-turns',
      /thinking of an answer[\s\S]*what time is it[\s\S]*end of speech 300 ms, recognition 80 ms/,
    );
    bus.report({
      type: 'turn.speaking',
      device: 'kitchen',
      turn: 1,
      stages: { ...stages, llm_first_token: 200, total: 700 },
    });
    await page.shows('#live-turns', /answering[\s\S]*700 ms/);
    const said = {
      heard: 'what time is it',
      answer: 'It is noon.',
      written: 'It is noon.',
      spokenMs: 900,
      moments: {},
    };
    bus.report({
      type: 'turn.ended',
      device: 'kitchen',
      turn: 1,
      kind: 'user',
      outcome: 'answered',
      ...said,
      stages: { ...stages, total: 700 },
    });
    await page.shows('#time-line', /kitchen[\s\S]*what time is it[\s\S]*It is noon\.[\s\S]*700 ms/);
    await page.shows('#device-rows .row:has([data-device=kitchen])', /what time is it[\s\S]*It is noon/);
    await page.hides('#live-turns li');
    // One place that is asked and not there: nothing else is wrong, and the browser had to refuse nothing.
    expect(complaints()).toEqual([]);
    const loaded = `performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith(location.origin)).length`;
    expect(await page.chromium.run(loaded)).toBe(0);
  });

  it('what was said before the page was opened is there', async () => {
    const page = consoleOf();
    const { bus, server } = await startConsole(page);
    const said = { heard: 'hello there', answer: 'Hello!', written: 'Hello!', spokenMs: 900, moments: {}, stages: {} };
    bus.report({ type: 'turn.ended', device: 'kitchen', turn: 7, kind: 'user', outcome: 'answered', ...said });
    await page.open(server.url);
    await page.shows('#time-line', /hello there[\s\S]*Hello!/);
    await page.shows('#device-rows', /hello there[\s\S]*Hello!/);
  });

  it('the last turns of a device are there, however much others have talked since', async () => {
    const page = consoleOf();
    const { bus, server } = await startConsole(page, {
      devices: ['quiet', 'loud'].map((name) => deviceStatus({ name })),
    });
    const said = { answer: 'Hello!', written: 'Hello!', spokenMs: 900, moments: {}, stages: {} };
    const ended = (device: string, turn: number, heard: string) =>
      bus.report({ type: 'turn.ended', device, turn, kind: 'user', outcome: 'answered', heard, ...said });
    ended('quiet', 1, 'long ago');
    await page.open(server.url);
    await page.shows('#device-count', '2 devices');
    for (let turn = 1; turn <= 150; turn += 1) ended('loud', turn, `word ${turn}`);
    await page.shows('#time-line', 'word 150');
    await page.click('#device-rows [data-device="quiet"]');
    await page.shows('#detail-turns', 'long ago');
  });

  it('nothing that a device, its user or a file says is HTML', async () => {
    const page = consoleOf();
    const evil = (where: string) => `<img src=x onerror="window.hacked='${where}'"><script>window.hacked=1</script>`;
    const name = '<img src=x onerror=window.hacked=1>';
    const { bus, fleet, config, server, complaints } = await startConsole(page, {
      devices: [
        deviceStatus(
          { name },
          {
            state: 'backoff',
            lastError: { code: 'not_a_code' as 'refused', message: evil('error'), at: Date.now() },
            warnings: [{ code: 'slow_link', message: evil('warning'), at: Date.now() }],
          },
        ),
        deviceStatus({ name: '"constructor"' }),
      ],
      engineStatus: () => [
        {
          kind: 'llm',
          engine: evil('engine'),
          state: 'down',
          sinceMs: Date.now(),
          lastError: {
            class: 'server',
            code: 'engine_bad_answer',
            message: evil('engine error'),
            atMs: Date.now(),
          } as never,
        },
      ],
    });
    fleet.unknownDevices = [
      {
        protocol: 'xiaozhi',
        id: evil('id'),
        address: '10.0.0.9',
        userAgent: evil('agent'),
        client: evil('client'),
        reason: 'unknown_device',
        bearsToken: false,
        firstSeenAt: Date.now(),
        lastSeenAt: Date.now(),
        attempts: 3,
        code: '123456',
      },
    ];
    config.status = {
      ...config.status,
      problem: evil('problem'),
      misconfigured: [{ name: evil('entry'), index: 0, errors: [evil('mistake')], lines: [3] }],
    };
    await page.open(server.url);
    await page.openDevice(name);
    await page.shows('#detail-trouble', '<img src=x');
    await page.shows('#detail-warnings', '<img src=x');
    const said = {
      heard: evil('heard'),
      answer: evil('answer'),
      written: evil('written'),
      spokenMs: 1,
      moments: {},
      stages: {},
    };
    bus.report({ type: 'turn.started', device: name, turn: 1 });
    bus.report({ type: 'turn.heard', device: name, turn: 1, text: evil('live'), stages: {} });
    await page.shows('#live-turns', `window.hacked='live'`);
    const failed = { kind: 'llm', code: 'engine_bad_answer', message: evil('turn') } as const;
    bus.report({ type: 'turn.ended', device: name, turn: 1, kind: 'user', outcome: 'failed', ...said, error: failed });
    await page.shows('#time-line', `window.hacked='answer'`);
    await page.shows('#time-line', `window.hacked='turn'`);
    await page.shows('#unknown-devices', `window.hacked='id'`);
    await page.shows('#engines', `window.hacked='engine error'`);
    await page.shows('#config-banner', `window.hacked='mistake'`);
    await page.write('#filter-text', evil('filter'));
    expect(await page.chromium.run('window.hacked')).toBeUndefined();
    expect(
      await page.chromium.run(`document.querySelectorAll('img, iframe, object, script:not([src^="console/"])').length`),
    ).toBe(0);
    expect(complaints()).toEqual([]);
    // And were there a place that takes HTML, the browser would refuse it.
    const refused = `try { document.body.innerHTML = '<b>x</b>'; 'taken' } catch (error) { error.name }`;
    expect(await page.chromium.run(refused)).toBe('TypeError');
  });

  it('shows what is wrong with devices.json, and in which line', async () => {
    const page = consoleOf();
    const { config, bus } = await startConsole(page);
    await page.hides('#config-banner');
    const errors = ['devices[1].port: expected a number, found "x"'];
    config.status = {
      ...config.status,
      misconfigured: [{ name: 'hall', index: 1, errors, lines: [12] }],
      lastReload: {
        at: Date.now(),
        trigger: 'file',
        ok: false,
        errors: ['line 4: not valid JSON at column 7'],
        changes: null,
      },
    };
    bus.report({ type: 'config.reloaded', ok: false, trigger: 'file', changes: null, errors });
    await page.shows(
      '#config-banner',
      /the configuration before it runs[\s\S]*line 4: not valid JSON[\s\S]*line 12: hall: devices\[1\]\.port/,
    );
    config.status = {
      ...config.status,
      misconfigured: [],
      lastReload: { at: Date.now(), trigger: 'file', ok: true, errors: [], changes: null },
    };
    bus.report({ type: 'config.reloaded', ok: true, trigger: 'file', changes: null, errors: [] });
    await page.hides('#config-banner');
  });

  it('lets in a device that reads its code aloud', async () => {
    const page = consoleOf();
    const { fleet } = await startConsole(page);
    await page.shows('#device-rows', 'kitchen');
    await page.hides('#unknown-section');
    await page.hides('#discovered-section');
    const known = {
      protocol: 'xiaozhi',
      id: 'aa:bb',
      address: '10.0.0.9',
      userAgent: undefined,
      client: '',
      bearsToken: false,
    };
    const times = { firstSeenAt: HOUR_AGO, lastSeenAt: Date.now(), attempts: 2 };
    fleet.unknownDevices = [{ ...known, ...times, reason: 'unknown_device', code: '123456' }];
    const confirmed: string[] = [];
    fleet.confirmUnknown = (code) => {
      confirmed.push(code);
      return 'xiaozhi-aabb';
    };
    await page.shows('#unknown-devices', /aa:bb[\s\S]*no entry has this id[\s\S]*123456/);
    await page.click('#unknown-devices button');
    await page.shows('#unknown-devices [role=status]', "Device 'xiaozhi-aabb' is let in");
    expect(confirmed).toEqual(['123456']);
  });

  it('shows devices that announce themselves in the network, as text', async () => {
    const page = consoleOf();
    const instance = '<img src=x onerror=window.hacked=1>';
    const service = { type: '_dialtone-device._tcp', instance, host: 'porch.local', port: 8765 };
    const times = { firstSeenAt: HOUR_AGO, lastSeenAt: Date.now() };
    await startConsole(page, {
      discovered: () => [{ ...service, ...times, addresses: ['10.0.0.7'], txt: new Map([['protocol', 'pcm']]) }],
    });
    await page.shows('#discovered-devices', /<img src=x[\s\S]*porch\.local:8765/);
    await page.click('#discovered-devices summary');
    await page.shows('#discovered-devices pre', /"host": "porch\.local"/);
    expect(await page.chromium.run('window.hacked')).toBeUndefined();
  });

  it('filters and orders', async () => {
    const page = consoleOf();
    await startConsole(page, {
      devices: [
        deviceStatus({ name: 'room 10' }, { rttMs: 5, reported: { wifiRssiDbm: -40 } }),
        deviceStatus({ name: 'room 9' }, { rttMs: 90, reported: { wifiRssiDbm: -80 } }),
        deviceStatus({ name: 'Küche' }, { state: 'busy' }),
      ],
    });
    await expect.poll(() => page.names()).toEqual(['Küche', 'room 9', 'room 10']);
    const tabStop = `document.querySelector('#device-rows button[tabindex="0"]').textContent`;
    await expect.poll(() => page.chromium.run(tabStop)).toBe('Küche');
    await page.write('#sort', 'signal');
    await expect.poll(() => page.names()).toEqual(['room 9', 'room 10', 'Küche']);
    await page.write('#sort', 'roundTrip');
    await expect.poll(() => page.names()).toEqual(['room 9', 'room 10', 'Küche']);
    await page.write('#filter-text', 'ROOM 10');
    await expect.poll(() => page.names()).toEqual(['room 10']);
    await page.shows('#device-count', '1 of 3 devices');
    await page.write('#filter-text', 'nothing like it');
    await page.shows('#no-devices', 'No device is like that');
    await page.write('#filter-text', '');
    await page.write('#filter-state', 'trouble');
    await expect.poll(() => page.names()).toEqual(['Küche']);
  });

  it('is worked with the keyboard alone', async () => {
    const page = consoleOf();
    const { fleet } = await startConsole(page, { devices: ['a', 'b', 'c'].map((name) => deviceStatus({ name })) });
    await page.shows('#device-count', '3 devices');
    expect(await page.names()).toEqual(['a', 'b', 'c']);
    await page.chromium.press('/');
    expect(await page.focus()).toBe('filter-text');
    for (const _ of ['state', 'order', 'list']) await page.chromium.press('Tab');
    expect(await page.focus()).toBe('a');
    await page.chromium.press('ArrowDown');
    await page.chromium.press('End');
    await page.chromium.press('ArrowUp');
    expect(await page.focus()).toBe('b');
    const outline = `getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth`;
    expect(await page.chromium.run(outline)).toBe('solid3px');
    await page.chromium.press('Enter');
    await page.shows('#detail-name', 'b');
    expect(await page.focus()).toBe('detail-name');
    await page.chromium.press('r');
    await expect.poll(() => fleet.reconnected).toEqual(['b']);
    await page.chromium.press('i');
    await expect.poll(() => fleet.told).toMatchObject([{ device: 'b', what: 'interrupt' }]);
    await page.chromium.press('s');
    expect(await page.focus()).toBe('say-text');
    // In a field a letter is a letter.
    await page.chromium.press('r');
    expect(fleet.reconnected).toEqual(['b']);
    await page.chromium.press('Escape');
    await page.hides('#detail');
    expect(await page.focus()).toBe('b');
    // A button that takes the place of another one takes its focus, too.
    await page.chromium.press('Enter');
    await page.shows('#detail-name', 'b');
    await page.chromium.run(`document.querySelector('#do-disable').focus()`);
    await page.chromium.press('Enter');
    await page.shows('#do-enable', 'Enable');
    expect(await page.focus()).toBe('do-enable');
    await page.chromium.press('Escape');
    // One stop for the whole list.
    expect(await page.chromium.run(`document.querySelectorAll('#device-rows button[tabindex="0"]').length`)).toBe(1);
  });

  it('fits a phone of 360 pixels, also what has no place to break', async () => {
    const page = consoleOf();
    const long = 'x'.repeat(60);
    const { bus, config, server } = await startConsole(page, {
      devices: [
        deviceStatus(
          { name: long, host: `${'h'.repeat(60)}.example` },
          {
            state: 'backoff',
            nextRetryAt: Date.now() + 9_000,
            lastError: { code: 'not_a_code' as 'refused', message: 'e'.repeat(250), at: 0 },
          },
        ),
        deviceStatus({ name: 'kitchen' }, { rttMs: 1, reported: { wifiRssiDbm: -50 } }),
      ],
    });
    config.status = {
      ...config.status,
      misconfigured: [{ name: long, index: 0, errors: [`devices[0].${long}: unknown`], lines: [1] }],
    };
    const said = { heard: 'w'.repeat(400), answer: 'a'.repeat(400), written: '', spokenMs: 1, moments: {} };
    bus.report({
      type: 'turn.ended',
      device: long,
      turn: 1,
      kind: 'user',
      outcome: 'answered',
      ...said,
      stages: { endpointing: 300, total: 4000 },
    });
    await page.chromium.show({ width: 360, height: 740 });
    await page.open(server.url);
    await page.shows('#config-banner', long);
    await page.shows('#time-line', 'wwww');
    const overflow = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
    expect(await page.chromium.run(overflow)).toBe(0);
    await page.openDevice(long);
    expect(await page.chromium.run(overflow)).toBe(0);
    expect(await page.text('#device-rows')).toBe('');
    await page.click('#detail-close');
    await page.shows('#device-rows', 'kitchen');
  });

  it('the engines are seen without scrolling on a desktop, and on a phone when one is not up', async () => {
    const page = consoleOf();
    let state: 'up' | 'down' = 'up';
    const engines = ['stt', 'llm', 'tts'] as const;
    const { bus, server } = await startConsole(page, {
      devices: Array.from({ length: 200 }, (_, index) => deviceStatus({ name: `device ${index}` })),
      engineStatus: () =>
        engines.map((kind) => ({ kind, engine: 'sherpa', state, sinceMs: Date.now(), lastError: undefined })),
    });
    const said = { heard: 'hello', answer: 'Hello!', written: '', spokenMs: 1, moments: {}, stages: {} };
    for (let turn = 1; turn <= 40; turn += 1) {
      bus.report({ type: 'turn.ended', device: 'device 1', turn, kind: 'user', outcome: 'answered', ...said });
    }
    const placeOf = (id: string, edge: 'top' | 'bottom') =>
      page.chromium.run(`document.getElementById('${id}').getBoundingClientRect().${edge} + scrollY`).then(Number);
    await page.open(server.url);
    await page.shows('#engines', /Recogniser: sherpa[\s\S]*works[\s\S]*Voice: sherpa[\s\S]*works/);
    await page.shows('#device-count', '200 devices');
    expect(await placeOf('engines', 'bottom')).toBeLessThan(250);

    await page.chromium.show({ width: 360, height: 740 });
    await page.open(server.url);
    await page.shows('#engines', /Voice: sherpa[\s\S]*works/);
    await page.shows('#device-count', '200 devices');
    expect(await placeOf('engines', 'top')).toBeGreaterThan(await placeOf('time-line', 'bottom'));
    state = 'down';
    bus.report({ type: 'engine.state', kind: 'llm', engine: 'sherpa', state });
    await page.shows('#engines', /Language model: sherpa[\s\S]*fails/);
    expect(await placeOf('engines', 'bottom')).toBeLessThan(await placeOf('devices-title', 'top'));
    expect(await placeOf('engines', 'top')).toBeLessThan(740);
  });

  it('is dark or light, and still, as its user likes it', async () => {
    const page = consoleOf();
    await startConsole(page);
    const background = () => page.chromium.run(`getComputedStyle(document.body).backgroundColor`);
    const light = await background();
    await page.chromium.show({ width: 1280, height: 900, dark: true, calm: true });
    expect(await background()).not.toBe(light);
    const moving = `[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length`;
    expect(await page.chromium.run(moving)).toBe(0);
  });
});
