import { exampleOf, FAULT_FLAGS } from '../faults/fault-flags.ts';

/** Text of `--help`. */
export const HELP = `A simulated voice device: a WebSocket server with a microphone and a loudspeaker, for a backend to dial.

  npm run device-sim -- --port 8765 --mic question.wav --speaker answer.wav
  npm run device-sim -- waveform recording.wav picture.png   draws what --record wrote, and prints how long answers took

  --port N          port to listen on, 0 for any free one          (8765)
  --host ADDRESS    address to listen on, 0.0.0.0 for all          (127.0.0.1)
  --protocol NAME   realtime | pcm                                 (realtime)
  --format NAME     realtime only: ogg-opus | pcm16 | pcmf32       (ogg-opus)
  --name NAME       name in the printed lines                      (device)
  --mic FILE        WAV file with a question; may be given several times
  --say TEXT        question to be synthesised (needs the optional espeak package); may be given several times
  --repeat N        ask all questions N times, 0 for ever          (1)
  --pause MS        time between an answer and the next question   (1000)
  --speaker FILE    WAV file of what the loudspeaker plays; overwritten
  --record FILE     WAV file of both sides on one time line: microphone left, loudspeaker right; overwritten
  --echo DB,MS      the microphone hears the loudspeaker: -20,80 is 20 dB softer and 80 ms later
  --input NAME      microphone of this machine; --list-audio has the names. Without any of --input, --output, --mic, --say,
  --output NAME     --speaker, --echo, --no-audio, --simulated: the default microphone and loudspeaker, or silence where
                    there is none
  --simulated       a microphone in a quiet room, whatever this machine has
  --aec NAME        of a real microphone: half-duplex (deaf while the loudspeaker sounds) | webrtc | none    (half-duplex)
  --list-audio      prints the microphones and loudspeakers
  --web             a browser is microphone and loudspeaker: serves a page on --web-port (8080), --web-host (127.0.0.1;
                    0.0.0.0 lets phones in your network talk too)
  --no-audio        neither microphone nor loudspeaker
  --single-client   close a second backend with 1013; \`realtime\` serves all of them otherwise
  --health-port N   serve GET /health (200 connected, 503 not) and print a line of JSON every 10 s; the Pi device uses 8081
  --announce        tells the network over mDNS that it is there (_dialtone-device._tcp): GET /v1/discovered lists it
  --fault NAME      misbehave, may be given several times: ${exampleOf(FAULT_FLAGS[0] as never)} reboots after 60 s and is away for 5 s
  --help            this text

A pcm device that dials the backend (--id, --token, --name, --mic, --say and --speaker as above and below):

  npm run device-sim -- --protocol pcm --connect ws://127.0.0.1:8765/ws --say "what time is it"

A xiaozhi device, which dials the backend:

  npm run device-sim -- --protocol xiaozhi --connect ws://127.0.0.1:8765/xiaozhi/v1/ --say "what time is it"

  --connect URL     where it dials; without a path: /xiaozhi/v1/
  --speaker FILE    WAV file of what it plays
  --id MAC          what it says it is                             (02:00:00:00:00:01)
  --token TEXT      what it bears
  --version N       1 | 2 | 3: of the binary messages              (1)
  --stock           dials when it is woken (default)
  --stackchan       stays connected, and listens when it is told to
  --realtime        its microphone stays open while it speaks
  --no-pong         answers no ping

A HotPin, which dials the backend, records what it is asked, and plays the answer:

  npm run device-sim -- --protocol hotpin --connect ws://127.0.0.1:8765/ws --token secret --say "what time is it"

  --connect URL     where it dials; without a path: /ws
  --speaker FILE    WAV file of what it plays
  --token TEXT      what it bears
  --bears WHERE     raw | bearer | query: in the header Authorization, with "Bearer" before it, or in the address   (raw)
  --photo FILE      JPEG or PNG that it shows before the first question
  --slots N         buffers of 16 kB: 4 without PSRAM, 16 with it  (4)
  --never-ready     never plays: the answer is offered as a download
  --no-pong         answers no ping

A Naila device, which asks the hub for a WebRTC connection (3 s after it was lost, then twice as late, 30 s at most):

  npm run device-sim -- --protocol webrtc --hub http://127.0.0.1:8765 --device-id pi-kitchen --say "what time is it"

  --hub URL         where it asks; also --hub-url, NAILA_HUB_URL   (http://localhost:8080)
  --device-id ID    what it says it is; also NAILA_DEVICE_ID       (audio-01)
  --token TEXT      what it bears
  --input-device    as --input and --output; also NAILA_INPUT_DEVICE and NAILA_OUTPUT_DEVICE
  --output-device
  --reconnect-delay S, --max-reconnect-delay S                      (3 and 30; NAILA_RECONNECT_DELAY, NAILA_MAX_RECONNECT_DELAY)
  --log-level NAME  from WARNING on only what goes wrong is printed; also NAILA_LOG_LEVEL   (INFO)
  --profile, --sample-rate, --frame-duration-ms, --channels        as the original has them: mac, 48000, 20, 1, and nothing else
  --health-port N   as above                                       (8081)
  --aec NAME        as above                                       (webrtc)
  --web             a browser is the device: serves a page on --web-port (8080), --web-host (127.0.0.1) that asks the hub itself
  and --name, --mic, --say, --repeat, --pause, --speaker, --record, --simulated

Faults, with the values that they have when none are given; device-sim/README.md names the real devices behind them:

${FAULT_FLAGS.map((flag) => `  ${exampleOf(flag).padEnd(20)}${flag.what}`).join('\n')}

A fleet, for load tests; the exit code says whether the budgets of the scenario held:

  npm run device-sim -- --fleet 500 --base-port 20000 --scenario device-sim/scenarios/chatty.yml

  --processes N         among so many processes                   (one for 250 devices, at most one a core)
  --devices-file FILE   the devices.json to be written            (fleet-devices.json)
  --with-backend        starts a backend on it, with the engines of your environment

Once a backend has connected, the questions are asked one after another, each after the answer to the last. Then the
device goes on listening into silence until Ctrl-C.

The recogniser that comes with dialtone for its demo knows 210 words, spoken by synthetic voices only. It will not
understand recordings of people: use --say, or the files in assets/asr-demo-model/samples.
`;
