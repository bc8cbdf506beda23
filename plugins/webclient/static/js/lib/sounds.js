// Short sounds, made by the browser (WebAudio): no files. Their names are those that Mattermost's clients store.

const LOUDNESS = 0.16;
const ALONE_MS = 1500;

// Tones of each sound: [pitch in Hz, begins at (s), lasts (s), wave, pitch at its end]. No pitch: a click of noise.
const SOUNDS = {
  Bing: [[1318, 0, 0.5, "sine"], [2637, 0, 0.25, "sine"]],
  Crackle: [[0, 0, 0.03], [0, 0.07, 0.02], [0, 0.11, 0.04], [0, 0.2, 0.02], [0, 0.24, 0.03]],
  Down: [[880, 0, 0.16, "triangle"], [659, 0.13, 0.16, "triangle"], [440, 0.26, 0.32, "triangle"]],
  Hello: [[523, 0, 0.18, "sine"], [784, 0.16, 0.36, "sine"]],
  Ripple: [[700, 0, 0.14, "sine", 1200], [800, 0.13, 0.14, "sine", 1400], [900, 0.26, 0.18, "sine", 1600]],
  Upstairs: [[440, 0, 0.13, "triangle"], [554, 0.11, 0.13, "triangle"], [659, 0.22, 0.13, "triangle"], [880, 0.33, 0.32, "triangle"]],
};

export const SOUND_NAMES = Object.keys(SOUNDS);
export const FIRST_SOUND = "Bing";

let context = null;

function noise(length) {
  const buffer = context.createBuffer(1, Math.ceil(context.sampleRate * length), context.sampleRate);
  buffer.getChannelData(0).forEach((_, at, samples) => {
    samples[at] = Math.random() * 2 - 1;
  });
  const source = context.createBufferSource();
  source.buffer = buffer;
  return source;
}

function tone(pitch, length, wave, end, begin) {
  const source = context.createOscillator();
  source.type = wave;
  source.frequency.setValueAtTime(pitch, begin);
  if (end) source.frequency.exponentialRampToValueAtTime(end, begin + length);
  return source;
}

/** Play a sound; an unknown name plays the first one. Browsers stay silent until somebody has used the page. */
export function playSound(name) {
  if (!globalThis.AudioContext) return;
  context ??= new AudioContext();
  context.resume();
  const now = context.currentTime + 0.02;
  for (const [pitch, after, length, wave, end] of Object.hasOwn(SOUNDS, name) ? SOUNDS[name] : SOUNDS[FIRST_SOUND]) {
    const begin = now + after;
    const source = pitch ? tone(pitch, length, wave, end, begin) : noise(length);
    const volume = context.createGain();
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + length);
    source.connect(volume).connect(context.destination);
    source.start(begin);
    source.stop(begin + length);
  }
}

/** Like `playSound`, but of several tabs that hear the same news only one plays. */
export async function playOnce(name) {
  if (!navigator.locks) return playSound(name); // without TLS there are no locks
  return navigator.locks.request("hubbub.sound", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    playSound(name);
    await new Promise((go) => setTimeout(go, ALONE_MS));
  });
}
