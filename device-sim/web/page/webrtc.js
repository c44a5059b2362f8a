// The page is a device of its own: the browser speaks WebRTC with the hub, and takes the echo out. Address and name of the device stand
// in the query: ?hub=http://192.168.1.5:8765&device=browser&token=...

/** A lost connection is tried again after this time, twice as late each time, up to the second. Milliseconds. */
const REDIAL_MS = 3_000;
const LONGEST_REDIAL_MS = 30_000;

const find = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const hub = (query.get('hub') ?? '').replace(/\/+$/, '');
const device = query.get('device') || 'browser';
const token = query.get('token');
const button = find('talk');
const answer = new Audio();

/** What runs while the user talks; undefined before and after. */
let talk;

button.addEventListener('click', () => (talk ? stop('Stopped.') : start()));

async function start() {
  button.disabled = true;
  problem('');
  try {
    if (!/^https?:\/\//.test(hub))
      throw new Error('The address of this page needs ?hub=http://..., where dialtone listens.');
    talk = await open();
    button.classList.add('on');
    button.textContent = 'Stop talking';
    await connect();
  } catch (error) {
    stop('Press the button to try again.');
    problem(error.name === 'NotAllowedError' ? 'The browser refuses the microphone.' : error.message);
  }
  button.disabled = false;
}

async function open() {
  if (!window.isSecureContext || !navigator.mediaDevices)
    throw new Error('A browser gives its microphone over HTTPS only.');
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  });
  const context = new AudioContext();
  await context.resume();
  meter(context, stream, 'mic');
  return { stream, context, redialMs: REDIAL_MS };
}

/** One connection. What it tells after its end is not listened to. */
async function connect() {
  const mine = talk;
  if (!mine) return;
  state('Connecting.');
  const connection = new RTCPeerConnection({ iceServers: [] });
  mine.connection = connection;
  for (const track of mine.stream.getTracks()) connection.addTrack(track, mine.stream);
  connection.addEventListener('track', ({ track, streams }) => {
    const stream = streams[0] ?? new MediaStream([track]);
    answer.srcObject = stream;
    void answer.play();
    document.body.dataset.track = `${stream.id} ${track.id}`;
    meter(mine.context, stream, 'speaker');
  });
  const lost = () => {
    if (talk !== mine || mine.connection !== connection) return;
    connection.close();
    redial('The connection is lost.');
  };
  connection.addEventListener('connectionstatechange', () => {
    const { connectionState } = connection;
    document.body.dataset.connection = connectionState;
    if (connectionState === 'connected') {
      mine.redialMs = REDIAL_MS;
      state('Speak.');
    }
    if (connectionState === 'failed' || connectionState === 'closed') lost();
  });
  await connection.setLocalDescription(await connection.createOffer());
  await gathered(connection);
  const { sdp } = connection.localDescription;
  document.body.dataset.offer = sdp;
  let answered;
  try {
    answered = await ask(sdp);
  } catch (error) {
    connection.close();
    if (error.isFinal) throw error;
    redial('The hub cannot be reached.');
    return;
  }
  if (mine.connection !== connection) return;
  await connection.setRemoteDescription({ type: 'answer', sdp: answered });
  // The hub says goodbye on this transport; the state of the connection would tell much later.
  for (const { transport } of connection.getSenders()) {
    transport?.addEventListener('statechange', () => {
      if (transport.state === 'closed' || transport.state === 'failed') lost();
    });
  }
}

async function ask(sdp) {
  const response = await fetch(`${hub}/connect`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ device_id: device, sdp }),
  });
  const body = await response.json();
  if (response.ok) return body.sdp;
  // A hub that has no room now may have some later.
  throw Object.assign(new Error(`The hub refuses: ${body.error}`), { isFinal: response.status < 500 });
}

function redial(why) {
  const mine = talk;
  state(`${why} Next try in ${mine.redialMs / 1000} s.`);
  mine.timer = setTimeout(() => {
    connect().catch((error) => {
      stop('Press the button to try again.');
      problem(error.message);
    });
  }, mine.redialMs);
  mine.redialMs = Math.min(2 * mine.redialMs, LONGEST_REDIAL_MS);
}

function gathered(connection) {
  return new Promise((resolve) => {
    const look = () => connection.iceGatheringState === 'complete' && resolve();
    connection.addEventListener('icegatheringstatechange', look);
    look();
  });
}

function stop(why) {
  const ended = talk;
  talk = undefined;
  if (ended) {
    clearTimeout(ended.timer);
    ended.connection?.close();
    for (const track of ended.stream.getTracks()) track.stop();
    void ended.context.close();
  }
  button.classList.remove('on');
  button.textContent = 'Start talking';
  state(why);
}

/** Shows how loud a stream is, and keeps its loudest moment. */
function meter(context, stream, id) {
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const look = () => {
    if (context.state === 'closed') return;
    analyser.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const item = find(id);
    item.value = peak;
    item.dataset.loudest = String(Math.max(peak, Number(item.dataset.loudest ?? 0)));
    setTimeout(look, 20);
  };
  look();
}

function state(text) {
  find('state').textContent = text;
}

function problem(text) {
  find('problem').textContent = text;
  find('problem').hidden = text === '';
}
