// What the page knows, and who wants to hear when it changes.

export const state = {
  config: {},
  me: null,
  users: new Map(),
  statuses: new Map(),
  teams: new Map(),
  teamUnreads: new Map(),
  unreadThreads: { threads: 0, mentions: 0 }, // of those that I follow in the current team
  teamMembers: new Map(),
  channels: new Map(),
  members: new Map(), // channel id → my membership
  categories: [], // of the current team
  preferences: new Map(), // "category--name" → value
  roles: new Map(), // name → set of permissions
  typing: new Map(), // channel id (or root id) → Map(user id → time)
  namesLearned: 0, // how often mentioned people were looked up, for rows with mentions
  keptUnread: "", // the channel that was marked unread on purpose, until another is opened
  teamId: "",
  channelId: "",
  panel: null, // what the right-hand panel shows: { kind, … }
  connection: "connecting", // connecting, live, polling, offline
};

/** What the site is called; the name that other servers' configurations have by default isn't ours to show. */
export const siteName = () => {
  const { SiteName } = state.config;
  return !SiteName || SiteName === "Mattermost" ? "Hubbub" : SiteName;
};

const listeners = new Map();
const waiting = new Set();
let scheduled = false;

/** Call `fn` after each change of a topic (at most once per frame); returns how to stop. */
export function on(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(fn);
  return () => listeners.get(topic).delete(fn);
}

/** Say that these topics have changed. */
export function changed(...topics) {
  for (const topic of topics) waiting.add(topic);
  if (scheduled) return;
  scheduled = true;
  if (document.hidden) setTimeout(flush, 30);
  else requestAnimationFrame(flush);
}

function flush() {
  scheduled = false;
  const topics = [...waiting];
  waiting.clear();
  const called = new Set();
  for (const topic of topics) {
    for (const fn of [...(listeners.get(topic) ?? [])]) {
      if (called.has(fn)) continue;
      called.add(fn);
      fn();
    }
  }
}

/** Subscriptions that end together, those of one view. */
export class Scope {
  #closers = [];

  /** Draw now, and again whenever one of the topics changes. */
  draw(topics, fn) {
    for (const topic of topics) this.#closers.push(on(topic, fn));
    fn();
  }

  on(topic, fn) {
    this.#closers.push(on(topic, fn));
  }

  listen(target, name, fn, options) {
    target.addEventListener(name, fn, options);
    this.#closers.push(() => target.removeEventListener(name, fn, options));
  }

  also(closer) {
    this.#closers.push(closer);
  }

  close() {
    for (const closer of this.#closers.splice(0)) closer();
  }
}

/** Keep something small in this browser; storage may be off or full. */
export const kept = {
  get(name) {
    try {
      return localStorage.getItem(`hubbub.${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      if (value === null || value === "") localStorage.removeItem(`hubbub.${name}`);
      else localStorage.setItem(`hubbub.${name}`, value);
    } catch {
      // What is kept here is a comfort only.
    }
  },
  names(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(`hubbub.${prefix}`)).map((key) => key.slice(7));
    } catch {
      return [];
    }
  },
};
