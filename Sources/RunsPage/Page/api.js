// Requests to the program, and its event stream.

import { parseExactly } from "./records.js";

/** A request that was refused or not answered. `message` is in words; `status` 0: no connection. */
export class RequestError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function request(address, options, noConnection) {
  let answer;
  try {
    // Errors have words in the page's language.
    const headers = { "Accept-Language": document.documentElement.lang, ...options.headers };
    answer = await fetch(address, { cache: "no-store", credentials: "same-origin", ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestError(noConnection, 0);
  }
  const text = await answer.text();
  let content = null;
  try { content = JSON.parse(text); } catch { /* The status says what is wrong. */ }
  if (!answer.ok) throw new RequestError(content?.error ?? `${answer.status} ${answer.statusText}`, answer.status);
  return answer.status === 202 ? { ...content, isPartial: true } : content;
}

export function get(path, query, signal, noConnection) {
  const fields = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(fields).toString();
  return request(text ? `${path}?${text}` : path, { signal }, noConnection);
}

export function post(path, body, noConnection) {
  const headers = { "Content-Type": "application/json", "X-Runs-Page": "1" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) }, noConnection);
}

/** The event stream of the page. It connects again by itself, and each connection begins with everything. */
export class Stream {
  constructor(receive) {
    this.receive = receive;
    this.ids = null;
  }

  /** Watches these runs, beside the list. */
  watch(ids) {
    const wanted = JSON.stringify(ids);
    if (wanted === this.ids) return;
    this.ids = wanted;
    this.connect();
  }

  connect() {
    this.source?.close();
    clearTimeout(this.timer);
    const query = new URLSearchParams(JSON.parse(this.ids).map((id) => ["run", id])).toString();
    const source = new EventSource(query ? `/api/events?${query}` : "/api/events");
    this.source = source;
    source.onopen = () => this.receive("open", null);
    source.onerror = () => {
      source.close();
      if (source !== this.source) return;
      this.receive("lost", null);
      this.timer = setTimeout(() => this.connect(), 1000);
    };
    for (const name of ["runs", "run", "log"]) {
      source.addEventListener(name, (event) => {
        if (source === this.source) this.receive(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("records", (event) => {
      if (source === this.source) this.receive("records", parseExactly(event.data));
    });
  }

  close() {
    this.source?.close();
    clearTimeout(this.timer);
  }
}
