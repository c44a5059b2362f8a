/* global AudioWorkletProcessor, registerProcessor, sampleRate */

/** Length of a message with microphone audio, seconds. */
const PIECE_S = 0.02;
/** The loudspeaker begins when so much is there, so that a late message makes no gap; seconds. */
const PREBUFFER_S = 0.08;
/** More than this is delay that a user would notice: the oldest goes; seconds. */
const MOST_S = 0.4;
/** How often the levels are told, seconds. */
const LEVEL_S = 0.1;

/** Hands the microphone on in pieces of 16-bit samples. */
class Microphone extends AudioWorkletProcessor {
  #piece = new Int16Array(Math.round(sampleRate * PIECE_S));
  #filled = 0;

  process([input]) {
    for (const sample of input?.[0] ?? []) {
      this.#piece[this.#filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.#filled < this.#piece.length) continue;
      this.port.postMessage(this.#piece.slice().buffer);
      this.#filled = 0;
    }
    return true;
  }
}

/** Plays pieces of 16-bit samples one behind the other, and tells how loud what it plays is. */
class Loudspeaker extends AudioWorkletProcessor {
  #queue = [];
  #at = 0;
  #queued = 0;
  #isPlaying = false;
  #peak = 0;
  #sinceLevel = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      const samples = new Int16Array(data);
      this.#queue.push(samples);
      this.#queued += samples.length;
      while (this.#queued > sampleRate * MOST_S && this.#queue.length > 1) this.#next();
    };
  }

  process(_inputs, [output]) {
    const channel = output?.[0];
    if (!channel) return true;
    if (!this.#isPlaying) this.#isPlaying = this.#queued >= sampleRate * PREBUFFER_S;
    for (let index = 0; index < channel.length; index++) {
      channel[index] = this.#isPlaying ? this.#take() : 0;
      this.#peak = Math.max(this.#peak, Math.abs(channel[index]));
    }
    this.#sinceLevel += channel.length;
    if (this.#sinceLevel < sampleRate * LEVEL_S) return true;
    this.port.postMessage(this.#peak);
    this.#peak = 0;
    this.#sinceLevel = 0;
    return true;
  }

  #take() {
    if (this.#queue.length === 0) {
      this.#isPlaying = false;
      return 0;
    }
    const sample = this.#queue[0][this.#at++] / 32768;
    this.#queued--;
    if (this.#at >= this.#queue[0].length) {
      this.#queue.shift();
      this.#at = 0;
    }
    return sample;
  }

  #next() {
    this.#queued -= this.#queue[0].length - this.#at;
    this.#queue.shift();
    this.#at = 0;
  }
}

registerProcessor('microphone', Microphone);
registerProcessor('loudspeaker', Loudspeaker);
