// The page is the microphone and loudspeaker of a simulated device: 16-bit samples both ways over a WebSocket, at the rate of the
// browser's sound system. The browser takes the echo out.

const MAX_LINES = 50;
const find = (id) => document.getElementById(id);
const button = find('talk');

/** What runs while the user talks; undefined before and after. */
let talk;

button.addEventListener('click', () => (talk ? stop('Stopped.') : start()));

async function start() {
  button.disabled = true;
  problem('');
  try {
    talk = await open();
    button.classList.add('on');
    button.textContent = 'Stop talking';
    state('Speak.');
  } catch (error) {
    problem(explain(error));
    state('This page has no microphone.');
  }
  button.disabled = false;
}

async function open() {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new Error('insecure');
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule('sound-worklet.js');
  await context.resume();
  const microphone = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0 });
  const loudspeaker = new AudioWorkletNode(context, 'loudspeaker', { numberOfInputs: 0, outputChannelCount: [1] });
  context.createMediaStreamSource(stream).connect(microphone);
  loudspeaker.connect(context.destination);

  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sound`);
  socket.binaryType = 'arraybuffer';
  const opened = new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('close', () => reject(new Error('server')));
  });
  const close = () => {
    socket.close();
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  try {
    await opened;
  } catch (error) {
    close();
    throw error;
  }
  socket.send(JSON.stringify({ type: 'hello', sampleRate: context.sampleRate }));
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') show(JSON.parse(data));
    else loudspeaker.port.postMessage(data, [data]);
  });
  socket.addEventListener('close', ({ code }) => {
    stop(code === 4000 ? 'Another page has taken over.' : 'The simulator has ended.');
  });
  microphone.port.onmessage = ({ data }) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
    level('mic', peakOf(new Int16Array(data)));
  };
  loudspeaker.port.onmessage = ({ data }) => level('speaker', data);
  return { close };
}

function stop(why) {
  if (!talk) return;
  const { close } = talk;
  talk = undefined;
  close();
  button.classList.remove('on');
  button.textContent = 'Start talking';
  state(why);
  level('mic', 0);
  level('speaker', 0);
}

function show(message) {
  if (message.type === 'device') {
    state(message.connected ? 'Speak.' : `${message.name} waits for dialtone to dial it.`);
  }
  if (message.type === 'heard') line('heard', message.text);
  if (message.type === 'answer') line('answer', message.text);
  if (message.type === 'answering') state(message.on ? 'dialtone answers.' : 'Speak.');
  if (message.type === 'error') problem(message.text);
}

function line(kind, text) {
  const words = find('words');
  const item = document.createElement('li');
  item.className = kind;
  item.textContent = `${kind === 'heard' ? 'You' : 'dialtone'}: ${text}`;
  words.append(item);
  while (words.children.length > MAX_LINES) words.firstElementChild.remove();
}

function level(id, peak) {
  const meter = find(id);
  meter.value = peak;
  // The loudest so far: proof that there was sound.
  meter.dataset.loudest = Math.max(Number(meter.dataset.loudest ?? 0), peak).toFixed(3);
}

function peakOf(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak / 32768;
}

function explain({ name, message }) {
  if (message === 'server') return 'The simulator does not answer. Is it still running?';
  if (message === 'insecure') {
    const https = `https://${location.host}/`;
    return `A browser gives the microphone only to a page of its own machine, or over HTTPS. Open ${https} and accept the warning: the simulator has made the certificate itself.`;
  }
  if (name === 'NotAllowedError')
    return 'The browser refuses the microphone. Allow it for this page, then press the button again.';
  if (name === 'NotFoundError') return 'This machine has no microphone.';
  if (name === 'NotReadableError') return 'Another program uses the microphone, or the system does not give it.';
  return `The microphone cannot be used: ${name} ${message}`;
}

function problem(text) {
  find('problem').textContent = text;
  find('problem').hidden = text === '';
}

function state(text) {
  find('state').textContent = text;
}

if (!window.isSecureContext || !navigator.mediaDevices) problem(explain({ name: '', message: 'insecure' }));
