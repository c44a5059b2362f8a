import { expect, it } from 'vitest';
import { kyutaiServer } from './server.ts';

const PATH = '/api/asr-streaming';

it.each([
  ['ws://stt:8080', 'ws://stt:8080/api/asr-streaming'],
  ['ws://stt:8080/', 'ws://stt:8080/api/asr-streaming'],
  ['http://stt', 'ws://stt/api/asr-streaming'],
  ['HTTPS://gpu.example/stt-server//', 'wss://gpu.example/stt-server/api/asr-streaming'],
  ['wss://gpu.example/api/asr-streaming', 'wss://gpu.example/api/asr-streaming'],
  ['wss://gpu.example/api/asr-streaming/#there', 'wss://gpu.example/api/asr-streaming'],
])('%s is asked at %s', (given, url) => {
  const server = kyutaiServer(given, PATH, 'KYUTAI_STT_URL');
  expect([server.url.href, server.shown]).toEqual([url, url]);
});

it('a password and a query are sent and not shown', () => {
  const server = kyutaiServer('http://me:CANARY@stt:8080?auth_id=CANARY', PATH, 'KYUTAI_STT_URL');
  expect(server.url.href).toBe('ws://me:CANARY@stt:8080/api/asr-streaming?auth_id=CANARY');
  expect(server.shown).toBe('ws://stt:8080/api/asr-streaming');
});
