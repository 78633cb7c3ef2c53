// A small real office over HTTP: cases with versions, conflicts, exports, news; it answers badly on request.

import { createServer } from "node:http";

export const CASE = "11111111-1111-4111-8111-111111111111";
export const PERSON = "10000000-0000-4000-8000-0000000000d1";
const claims = (sub) => Buffer.from(JSON.stringify({ sub })).toString("base64url");
export const tokenOf = (sub = PERSON) => `x.${claims(sub)}.x`;

const routes = [
  ["GET", /^\/cases\/([^/]+)\/helper$/, "load"],
  ["PUT", /^\/cases\/([^/]+)\/helper$/, "save"],
  ["POST", /^\/cases\/([^/]+)\/helper\/export$/, "export"],
  ["POST", /^\/cases\/([^/]+)\/helper\/export-ticket$/, "ticket"],
  ["GET", /^\/flags$/, "flags"],
  ["POST", /^\/events\/ticket$/, "newsTicket"],
  ["GET", /^\/events\/stream$/, "stream"],
];

export async function openOffice(text = '{"meta": {"n": 1}}') {
  const office = {
    texts: [text],
    exports: [],
    heard: [],
    bad: [],
    flagsNow: { writers: {} },
    streams: new Set(),
    tickets: 0,
    token: tokenOf(),
    last: 0,
  };
  const head = () => ({ case_id: CASE, plate: "12345678", version: office.texts.length, helper_name: `12345678_helper_v${office.texts.length}`, source: "system", date: new Date().toISOString() });
  const does = {
    load: ({ request }) => {
      if (request.headers["if-none-match"] === `"v${office.texts.length}"`) return [304, ""];
      return [200, `${JSON.stringify(head()).slice(0, -1)}, "helper": ${office.texts.at(-1)}}`];
    },
    save: ({ body }) => {
      const sent = JSON.parse(body);
      const text = body.slice(body.indexOf('"helper":') + 9, -1);
      if (JSON.stringify(JSON.parse(office.texts.at(-1))) === JSON.stringify(sent.helper)) return [200, { ...head(), unchanged: true, changed_sections: [] }];
      if (sent.version !== office.texts.length && sent.on_conflict !== "merge") {
        return [409, { code: "version_conflict", message: "moved on", details: { current_version: office.texts.length, your_version: sent.version, changed_sections: ["meta"], conflicting_pointers: [] } }];
      }
      const merged = sent.version !== office.texts.length;
      office.texts.push(merged ? JSON.stringify({ ...JSON.parse(office.texts.at(-1)), ...sent.helper }) : text);
      return [200, { ...head(), unchanged: false, changed_sections: ["meta"], ...(merged ? { merged } : {}) }];
    },
    export: ({ body }) => {
      office.exports.push({ version: office.texts.length, ...JSON.parse(body) });
      return [202, { case_id: CASE, version: office.texts.length, helper_name: head().helper_name, queued: true }];
    },
    ticket: () => [201, { ticket: "t", expires_at: new Date(Date.now() + 3600_000).toISOString() }],
    flags: () => [200, office.flagsNow],
    newsTicket: () => [201, { ticket: `n${(office.tickets += 1)}`, expires_at: "", url: "/api/v1/events/stream" }],
  };
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const url = new URL(request.url, "http://x");
      const path = url.pathname.replace("/api/v1", "");
      const [, pattern, name] = routes.find(([method, one]) => method === request.method && one.test(path)) ?? [];
      const body = Buffer.concat(parts).toString();
      office.heard.push({ name, method: request.method, path, body, headers: request.headers, ticket: url.searchParams.get("ticket") });
      const bad = name === "stream" || name === "flags" ? undefined : office.bad.shift();
      if (bad === "drop") return request.socket.destroy();
      if (bad) return response.writeHead(bad[0], { "Content-Type": "application/json", ...bad[2] }).end(JSON.stringify(bad[1] ?? {}));
      if (request.headers.authorization !== `Bearer ${office.token}` && name !== "stream") return response.writeHead(401).end('{"code": "unauthenticated"}');
      if (name === "stream") {
        response.writeHead(200, { "Content-Type": "text/event-stream" }).write("retry: 1000\n\n: beat\n\n");
        office.streams.add(response);
        return response.on("close", () => office.streams.delete(response));
      }
      const [status, said] = does[name]?.({ request, body, id: pattern.exec(path)[1] }) ?? [404, { code: "not_found" }];
      return response.writeHead(status, { ETag: `"v${office.texts.length}"` }).end(status === 304 ? undefined : typeof said === "string" ? said : JSON.stringify(said));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  office.base = `http://127.0.0.1:${server.address().port}`;
  office.saves = () => office.heard.filter(({ name }) => name === "save");
  office.tell = (event, data) => {
    office.last += 1;
    const block = `id: ${office.last}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    // In two halves: a browser reads what comes, not what was meant.
    for (const stream of office.streams) for (const half of [block.slice(0, 9), block.slice(9)]) stream.write(half);
  };
  office.hangUp = () => office.streams.forEach((stream) => stream.destroy());
  office.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return office;
}

/** sessionStorage as browsers have it; `room` is how many characters go in. */
export class Room {
  constructor(room = Infinity) {
    this.room = room;
    this.kept = new Map();
  }
  getItem(key) {
    return this.kept.get(key) ?? null;
  }
  setItem(key, value) {
    const others = [...this.kept].reduce((sum, [one, text]) => sum + (one === key ? 0 : text.length), 0);
    if (others + value.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(key, String(value));
  }
  removeItem(key) {
    this.kept.delete(key);
  }
}

/** Web Locks, as far as they are used here. */
export class Locks {
  queues = new Map();
  request(name, ...rest) {
    const work = rest.at(-1);
    const signal = rest.length > 1 ? rest[0].signal : undefined;
    const before = this.queues.get(name) ?? Promise.resolve();
    let isOff = false;
    const turn = before.then(() => (isOff ? undefined : work()));
    const ended = turn.catch(() => {});
    this.queues.set(name, ended);
    const off = new Promise((_, reject) => signal?.addEventListener("abort", () => ((isOff = true), reject(signal.reason))));
    return signal ? Promise.race([turn, off]) : turn;
  }
}

export const until = async (is, what = "it") => {
  for (let turns = 0; turns < 300; turns += 1) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not happen`);
};
