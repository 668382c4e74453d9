/** The HTTP API with the session cookie: JSON in, JSON out, problems as Refusals. */

import { Refusal } from "./errors.js";

let csrf = null; // unsafe calls carry it; learnt from the session

const CODES = { 429: "rate_limited", 503: "server_busy", 504: "no_answer" }; // of a proxy, which has no document
/** Within how many milliseconds there is an answer, or is taken to be none; a file may take long on its way. */
const PATIENCE_MS = 30_000;
const FILE_PATIENCE_MS = 180_000;

/**
 * What the server answers, null where that is nothing. `headers` and `keepalive` are fetch's; a File goes as it is. Raises a Refusal
 * with the `status`, and with all that the problem document says as `document`; that of no answer leaves open whether the server
 * did what it was asked for.
 */
export async function call(method, path, body, { headers: more = {}, keepalive = false } = {}) {
  const headers = { ...more };
  const file = body instanceof Blob;
  if (body !== undefined && !file) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  const signal = AbortSignal.timeout(file ? FILE_PATIENCE_MS : PATIENCE_MS);
  let response, text;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, keepalive, signal, body: body === undefined || file ? body : JSON.stringify(body) });
    text = await response.text();
  } catch {
    throw new Refusal({ code: "no_answer" });
  }
  if (response.status === 204) return null;
  const document = parsed(text);
  if (response.ok) return document;
  const message = document.detail || document.title;
  const code = document.code ?? CODES[response.status];
  const refusal = new Refusal({ code, message, retry_after_ms: document.retry_after_ms });
  throw Object.assign(refusal, { status: response.status, document });
}

/** Of a page that is no JSON, as a proxy's may be, nothing. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Makes calls with this session, if there is one. */
export function keep(session) {
  csrf = session?.csrf ?? null;
  return session;
}

/** The session of the cookie, or null when nobody is signed in. */
export async function currentSession() {
  try {
    return keep(await call("GET", "/session"));
  } catch (error) {
    if (error.status === 401) return null;
    throw error;
  }
}

export const signIn = async (name, password) => keep(await call("POST", "/session", { name, password }));

export async function signOut() {
  await call("DELETE", "/session");
  csrf = null;
}

const hostPath = (name) => `/hosts/${encodeURIComponent(name)}`;

export const hosts = async () => (await call("GET", "/hosts")).hosts;

export const addHost = (name, admin) => call("POST", "/hosts", { name, admin });

export const newPassword = (name) => call("PUT", `${hostPath(name)}/password`, {});

export const setAdmin = (name, admin) => call("PATCH", hostPath(name), { admin });

export const removeHost = (name) => call("DELETE", hostPath(name));

export const signOutEverywhere = (name) => call("DELETE", `${hostPath(name)}/sessions`);

export const games = async () => (await call("GET", "/games")).games;

/** `{quiz, mode, options, attempt}`: of one attempt comes one game, however often it is asked for. */
export const createGame = (game) => call("POST", "/games", game);

const resultPath = (game) => `/results/${encodeURIComponent(game)}`;

/** A page of finished games: `{results, next}`. */
export const results = (quiz, before) => {
  const query = new URLSearchParams({ ...(quiz && { quiz }), ...(before && { before }) });
  return call("GET", `/results?${query}`);
};

export const result = (game) => call("GET", resultPath(game));

export const comparison = (game) => call("GET", `${resultPath(game)}/comparison`);

export const answersTo = (game, index) => call("GET", `${resultPath(game)}/questions/${index}`);

export const answersOf = (game, player) => call("GET", `${resultPath(game)}/players/${encodeURIComponent(player)}`);

export const deleteResult = (game) => call("DELETE", resultPath(game));

export const removePlayer = (game, player) => call("DELETE", `${resultPath(game)}/players/${encodeURIComponent(player)}`);

/** Where a report is, for a link. */
export const reportUrl = (game, format) => `/api/v1${resultPath(game)}/report?format=${format}`;
