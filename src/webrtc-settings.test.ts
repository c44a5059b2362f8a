import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { icePlan, webRtcFields } from './webrtc-settings.ts';

const schema = z.object(webRtcFields);
const plan = (env: Readonly<Record<string, string>>) => icePlan(schema.parse(env));
const STUN = 'stun:stun.example.org:3478';
const TURN = 'turn:turn.example.org:3478?transport=udp';
const NAMED = { WEBRTC_TURN_USERNAME: 'dialtone', WEBRTC_TURN_PASSWORD: 'secret' };

describe('how WebRTC devices are reached', () => {
  it('is by the addresses of this machine alone unless servers are given', () => {
    expect(plan({})).toEqual({ servers: [], ports: undefined, addresses: [] });
    expect(plan({ WEBRTC_ICE_SERVERS: `${STUN}, ${TURN}`, ...NAMED }).servers).toEqual([
      { urls: STUN },
      { urls: TURN, username: 'dialtone', credential: 'secret' },
    ]);
  });

  it.each([
    ['two STUN servers', { WEBRTC_ICE_SERVERS: `${STUN},stun:other.example.org` }, 'one STUN and one TURN'],
    ['two TURN servers', { WEBRTC_ICE_SERVERS: `${TURN},turns:other.example.org`, ...NAMED }, 'one STUN and one TURN'],
    ['a TURN server without a name', { WEBRTC_ICE_SERVERS: TURN, WEBRTC_TURN_PASSWORD: 'x' }, 'WEBRTC_TURN_USERNAME'],
    ['one without a password', { WEBRTC_ICE_SERVERS: TURN, WEBRTC_TURN_USERNAME: 'x' }, 'WEBRTC_TURN_PASSWORD'],
    ['something else', { WEBRTC_ICE_SERVERS: 'https://stun.example.org' }, 'give addresses as in stun:'],
    ['ports in the wrong order', { WEBRTC_PORTS: '50100-50000' }, 'the lower one first'],
  ])('%s is a mistake', (_, env, problem) => {
    expect(() => plan(env)).toThrow(problem);
  });
});
