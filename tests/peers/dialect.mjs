// Makes the calls it is given, one JSON object a line, with Supabase's own client, and prints what each was answered.
import { createInterface } from "node:readline";
import { createClient } from "@supabase/supabase-js";
import ws from "ws";

const { BASE, ANON_KEY } = process.env;
const clients = new Map();

function clientOf(token) {
  if (!clients.has(token)) {
    clients.set(
      token,
      createClient(BASE, ANON_KEY, {
        accessToken: async () => token,
        realtime: { transport: ws },
        // PostgREST stands alone here: no gateway in front takes /rest/v1 off.
        global: { fetch: (url, init) => fetch(String(url).replace("/rest/v1", ""), init) },
      }),
    );
  }
  return clients.get(token);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, token, chain } = JSON.parse(line);
  // Not awaited: calls of several tabs are on their way at once.
  Promise.resolve(chain.reduce((builder, [method, ...given]) => builder[method](...given), clientOf(token)))
    .then(({ data, error, status, count }) => console.log(JSON.stringify({ id, data, error, status, count })))
    .catch((trouble) => console.log(JSON.stringify({ id, broken: String(trouble) })));
}
