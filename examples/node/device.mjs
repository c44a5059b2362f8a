// A Raspberry Pi (or any computer with ALSA) that dialtone talks with: protocol "pcm", dialled by dialtone.
//   npm install ws && node device.mjs
// devices.json: {"name": "pi", "host": "raspberrypi.local", "protocol": "pcm"}
// MIC and SPEAKER are commands that write and read raw PCM, 16 kHz, 16 bits, mono; PORT is 8765.
import { spawn } from 'node:child_process';
import { WebSocketServer } from 'ws';

const RAW = '-q -t raw -f S16_LE -r 16000 -c 1';
const { MIC = `arecord ${RAW}`, SPEAKER = `aplay ${RAW}`, PORT = '8765' } = process.env;

const MESSAGE_BYTES = 640; // 20 ms; dialtone accepts 10 to 100 ms

const server = new WebSocketServer({ port: Number(PORT), perMessageDeflate: false });
server.on('listening', () => console.log(`waiting for dialtone on port ${server.address().port}`));

let backend;
let speaker;
server.on('connection', (socket) => {
  // One backend at a time: two would share the microphone. 1013: dialtone tries again later.
  if (backend) return socket.close(1013, 'busy');
  backend = socket;
  console.log('dialtone is connected');
  const mic = spawn(MIC, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = Buffer.alloc(0);
  mic.stdout.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= MESSAGE_BYTES; rest = rest.subarray(MESSAGE_BYTES)) {
      socket.send(rest.subarray(0, MESSAGE_BYTES));
    }
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) return play(data);
    const { type, payload } = JSON.parse(data.toString());
    if (type === 'server_status') console.log(payload.speaking ? 'speaks' : payload.listening ? 'listens' : 'waits');
    // The user interrupts: what is not played yet must not be heard.
    if (type === 'server_command' && payload.command === 'stop') silence();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    console.log('dialtone has gone');
    mic.kill();
    backend = undefined;
  });
});

function play(bytes) {
  if (!speaker) {
    const player = spawn(SPEAKER, { shell: true, stdio: ['pipe', 'inherit', 'inherit'] });
    player.stdin.on('error', () => {});
    // One that has ended, an unplugged card say, is started again with the next answer.
    player.on('close', () => player === speaker && silence());
    speaker = player;
  }
  speaker.stdin.write(bytes);
}

function silence() {
  speaker?.kill();
  speaker = undefined;
}
