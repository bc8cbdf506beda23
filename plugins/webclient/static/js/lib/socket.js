// One WebSocket: numbered events, taken up again where it broke off; says when it can't be had.

import { BASE, useConnection } from "./api.js";

const PING_MS = 30_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
const FAILURES_UNTIL_BLOCKED = 3;

/**
 * Events: `event(message)` for each of the server's, `fresh()` when a new connection began and state must be read
 * again, `connection(status)`: "connecting", "live", "offline" (no network), "blocked" (HTTP may work, this doesn't).
 */
export class Socket {
  #on;
  #address;
  #socket = null;
  #connectionId = "";
  #expected = 0;
  #clientSeq = 1;
  #failures = 0;
  #retry = 0;
  #ping = 0;
  #pongDue = false;
  #begun = false;
  #wanted = false;

  constructor(address, on) {
    this.#on = on;
    const base = address || `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${BASE}`;
    this.#address = `${base.replace(/\/$/, "")}/api/v4/websocket`;
    addEventListener("online", () => this.#backOnline());
    addEventListener("offline", () => this.#wanted && this.#drop());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#wanted && !this.#socket) this.#again(0);
    });
  }

  open() {
    this.#wanted = true;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    this.#drop();
  }

  /** Send an action; lost when there is no connection. */
  send(action, data = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ seq: this.#clientSeq++, action, data }));
  }

  #connect() {
    clearTimeout(this.#retry);
    if (this.#socket || !this.#wanted) return;
    const resume = this.#connectionId ? `?connection_id=${this.#connectionId}&sequence_number=${this.#expected}` : "";
    const socket = new WebSocket(this.#address + resume);
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (message) => socket === this.#socket && this.#received(JSON.parse(message.data));
    socket.onclose = () => socket === this.#socket && this.#closed();
  }

  #opened(socket) {
    if (socket !== this.#socket) return;
    this.#clientSeq = 1;
    this.#pongDue = false;
    this.#ping = setInterval(() => this.#beat(), PING_MS);
    if (this.#connectionId) this.#live(); // resumed, unless a hello says otherwise
    this.send("ping");
  }

  #beat() {
    if (this.#pongDue) {
      this.#drop();
      this.#closed();
      return;
    }
    this.#pongDue = true;
    this.send("ping");
  }

  #live() {
    this.#failures = 0;
    this.#on.connection("live");
  }

  #received(message) {
    if (message.seq_reply) {
      this.#pongDue = false;
      return;
    }
    if (message.event === "hello") {
      const id = message.data.connection_id;
      const lost = this.#begun && id !== this.#connectionId;
      this.#connectionId = id;
      this.#expected = message.seq + 1;
      useConnection(id);
      this.#live();
      if (lost) this.#on.fresh();
      if (!this.#begun) this.#on.begun();
      this.#begun = true;
      return;
    }
    if (message.seq !== this.#expected) {
      // Something is missing: begin anew rather than show a picture with holes.
      this.#connectionId = "";
      this.#drop();
      this.#again(FIRST_RETRY_MS);
      return;
    }
    this.#expected += 1;
    this.#on.event(message);
  }

  #closed() {
    this.#drop();
    if (!this.#wanted) return;
    this.#failures += 1;
    if (!navigator.onLine) this.#on.connection("offline");
    else this.#on.connection(this.#failures >= FAILURES_UNTIL_BLOCKED ? "blocked" : "connecting");
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#again(longest / 2 + (Math.random() * longest) / 2);
  }

  #drop() {
    clearInterval(this.#ping);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onclose = null;
      socket.close();
    }
    if (this.#wanted && !navigator.onLine) this.#on.connection("offline");
  }

  /** Begin at once: an attempt from before would fail late, and then wait long. */
  #backOnline() {
    if (!this.#wanted) return;
    this.#failures = 0;
    if (this.#socket?.readyState !== WebSocket.OPEN) this.#drop();
    this.#again(0);
  }

  #again(ms) {
    clearTimeout(this.#retry);
    if (this.#wanted) this.#retry = setTimeout(() => this.#connect(), ms);
  }
}
