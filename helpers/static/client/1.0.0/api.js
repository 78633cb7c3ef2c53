// Our server over HTTP: who is calling comes from the page at each request, and is kept nowhere.

/** What the server refused, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  constructor(status, said = {}, retryAfter = null) {
    super(said.message || said.code || (status ? `HTTP ${status}` : "offline"));
    this.name = "ApiError";
    this.status = status;
    this.code = said.code || (status ? `http_${status}` : "offline");
    this.details = said.details ?? null;
    this.hint = said.hint ?? null;
    this.retryAfter = retryAfter;
  }

  /** The same request may go well later. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The person a token speaks of; nothing is believed of it but which work in the queue is theirs. */
export function personOf(token) {
  try {
    const plain = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(plain, (one) => one.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)).sub ?? null;
  } catch {
    return null;
  }
}

export class Api {
  /** `getToken({refresh})` gives the caller's token, a fresh one where `refresh` is true; null without anybody. */
  constructor({ base = "", getToken, apikey = null, language = "he", seconds = 60 }) {
    this.base = `${base.replace(/\/$/, "")}/api/v1`;
    this.getToken = getToken;
    this.apikey = apikey;
    this.language = language;
    this.seconds = seconds;
    this.known = null;
  }

  /** Whose work this page does; while no token can be fetched, the one's who was here before. */
  async person() {
    const token = await this.token(false).catch(() => null);
    return token ? personOf(token) : this.known;
  }

  /** A token that could not be fetched is a network that is away; nobody was logged out by that. */
  async token(refresh) {
    try {
      const token = await this.getToken({ refresh });
      if (token) this.known = personOf(token);
      return token;
    } catch {
      throw new ApiError(0);
    }
  }

  /** One request; `{status, text, etag, json()}`. Throws ApiError. */
  async call(method, path, { body, headers = {}, keepalive = false } = {}) {
    let answer = await this.send(method, path, body, headers, keepalive, false);
    if (answer.status === 401) answer = await this.send(method, path, body, headers, keepalive, true);
    const text = await answer.text().catch(() => {
      throw new ApiError(0);
    });
    if (!answer.ok && answer.status !== 304) throw new ApiError(answer.status, problem(text), waiting(answer));
    return { status: answer.status, text, etag: answer.headers.get("ETag"), json: () => JSON.parse(text) };
  }

  async send(method, path, body, headers, keepalive, refresh) {
    const token = await this.token(refresh);
    if (!token) throw new ApiError(401, { code: "unauthenticated" });
    const known = { Authorization: `Bearer ${token}`, "Accept-Language": this.language, ...headers };
    if (this.apikey) known.apikey = this.apikey;
    if (body !== undefined && !(body instanceof FormData)) known["Content-Type"] ??= "application/json";
    const signal = keepalive ? undefined : AbortSignal.timeout(this.seconds * 1000);
    try {
      // The browser's own cache would hide a 304 behind the body it kept.
      const request = { method, headers: known, body, keepalive, signal, cache: "no-store" };
      return await fetch(`${this.base}${path}`, request);
    } catch {
      throw new ApiError(0);
    }
  }
}

function problem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function waiting(answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
