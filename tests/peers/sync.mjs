// The shadow mirror's call as the requirement writes it, sent by Supabase's own client with the service key.
import { createClient } from "@supabase/supabase-js";
import ws from "ws";

const { BASE, KEY, CASE_ID } = process.env;

const supabase = createClient(BASE, KEY, {
  auth: { persistSession: false },
  realtime: { transport: ws },
  // PostgREST stands alone here: no gateway in front takes /rest/v1 off.
  global: { fetch: (url, init) => fetch(String(url).replace("/rest/v1", ""), init) },
});

const helper_json = { meta: { plate: "12-345-67" }, 'ערך ש"ח': "₪ 4,000" };
const told = [];
for (const source of ["MAKE", "MAKE"]) {
  const { data, error, status } = await supabase.rpc("sync_helper", { case_id: CASE_ID, helper_json, source });
  told.push({ data, error, status });
}
console.log(JSON.stringify(told));
