/** Short sounds, made here: notes of [frequency in hertz, start, length in seconds]. */

const TUNES = {
  open: [[523, 0, 0.12], [784, 0.1, 0.18]],
  right: [[659, 0, 0.12], [784, 0.1, 0.12], [1047, 0.2, 0.3]],
  wrong: [[247, 0, 0.18], [196, 0.16, 0.3]],
  end: [[523, 0, 0.15], [659, 0.14, 0.15], [784, 0.28, 0.15], [1047, 0.42, 0.5]],
};
const LOUDNESS = 0.12;

let context = null;

export async function play(kind) {
  context ??= new AudioContext();
  await context.resume();
  for (const [frequency, start, length] of TUNES[kind]) note(frequency, context.currentTime + start, length);
}

function note(frequency, at, length) {
  const tone = new OscillatorNode(context, { type: "triangle", frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, at + length);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + length);
}
