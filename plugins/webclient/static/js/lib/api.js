// The server's REST API, asked with the session's cookie.

export const BASE = document.documentElement.dataset.base ?? "";

/** Return the address of a file of the client at the site itself: what scripts load by a tag has no hash that a CDN must match. */
export const ownFile = (name) => `${document.documentElement.dataset.files}/${name}`;

/** An answer that says no. `message` is for people, `id` names the reason, `status` is 0 when nothing came back. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body?.message || "");
    this.status = status;
    this.id = body?.id ?? "";
    this.body = body;
  }

  /** Whether settings demand a second factor, which this account has not. */
  get lacksMfa() {
    return this.id === "api.context.mfa_required.app_error";
  }

  /** Whether the server has no such operation (a feature that is off). */
  get missing() {
    return this.status === 501 || (this.status === 404 && ["", "api.context.404.app_error"].includes(this.id));
  }
}

let onSignedOut = () => {};
let onLackingMfa = () => {};
let connectionId = "";

/** Have `fn` called when the session has ended. */
export function whenSignedOut(fn) {
  onSignedOut = fn;
}

/** Have `fn` called when a second factor is demanded that isn't there. */
export function whenLackingMfa(fn) {
  onLackingMfa = fn;
}

/** Tell the server with each request which WebSocket is ours. */
export function useConnection(id) {
  connectionId = id;
}

export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Return the headers that every request has. */
export function requestHeaders(method) {
  const headers = { "X-Requested-With": "XMLHttpRequest" };
  if (method !== "GET") headers["X-CSRF-Token"] = cookie("MMCSRF");
  if (connectionId) headers["Connection-Id"] = connectionId;
  return headers;
}

/** Begin anew if this failure says that the session has ended or lacks something; returns the failure. */
export function signedOut(failure) {
  if (failure.status === 401 && failure.id === "api.context.session_expired.app_error") onSignedOut();
  if (failure.lacksMfa) onLackingMfa();
  return failure;
}

/** Ask for a path of the API, or of the site where `options.root` says so. */
async function request(method, path, body, options = {}) {
  const headers = requestHeaders(method);
  const isForm = body instanceof FormData; // the browser says itself where its parts end
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(BASE + (options.root ? path : `/api/v4${path}`), {
      method,
      headers,
      body: body === undefined || isForm ? body : JSON.stringify(body),
      credentials: "same-origin",
      signal: options.signal ?? AbortSignal.timeout(30_000),
      keepalive: options.keepalive ?? false,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, null);
  }
  const result = await parse(answer);
  if (answer.ok) return result;
  throw signedOut(new ApiError(answer.status, result));
}

async function parse(answer) {
  const text = await answer.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export const api = {
  get: (path, options) => request("GET", path, undefined, options),
  post: (path, body, options) => request("POST", path, body, options),
  put: (path, body, options) => request("PUT", path, body, options),
  delete: (path, options) => request("DELETE", path, undefined, options),
};

/** Return a query string without what is empty. */
export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

const absent = new Set();

/** Ask for a feature that may not be there: returns null then, and `hasFeature` knows it from now on. */
export async function attempt(feature, ask) {
  if (absent.has(feature)) return null;
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError) || !error.missing) throw error;
    absent.add(feature);
    return null;
  }
}

export const hasFeature = (feature) => !absent.has(feature);
