// The existing UI's requests, sent by Supabase's own client; what each was answered is printed as one JSON object.
import { createClient } from "@supabase/supabase-js";
import ws from "ws";

const { BASE, ANON_KEY, TOKEN, PLATE, OWNER_CASE } = process.env;

const supabase = createClient(BASE, ANON_KEY, {
  accessToken: async () => TOKEN,
  realtime: { transport: ws },
  // PostgREST stands alone here: no gateway in front takes /rest/v1 off.
  global: { fetch: (url, init) => fetch(String(url).replace("/rest/v1", ""), init) },
});

const told = {};

async function ask(name, request) {
  const { data, error, status, count } = await request;
  told[name] = { data, error, status, count };
  return data;
}

const cases = () => supabase.from("cases");
const helpers = () => supabase.from("case_helper");
const open = ["OPEN", "IN_PROGRESS"];

await ask("no case yet", cases().select("id, plate, status").eq("plate", PLATE).in("status", open));
await ask("single of none", cases().select("id").eq("plate", PLATE).single());
const opened = await ask(
  "open",
  cases()
    .insert({ plate: PLATE.replace(/^(...)(..)/, "$1-$2-"), owner_name: "ישראל", status: "OPEN", created_at: "2020-01-01T00:00:00Z" })
    .select("id, plate, status, created_by, created_at, filing_case_id")
    .single(),
);
await ask("open twice", cases().insert({ plate: PLATE, status: "OPEN" }).select().single());

async function save(name, helper) {
  const known = await ask(`${name}: look`, helpers().select("id, version").eq("case_id", opened.id).eq("is_current", true).maybeSingle());
  const version = (known?.version ?? 0) + 1;
  await ask(`${name}: retire`, helpers().update({ is_current: false, updated_by: null }).eq("case_id", opened.id).eq("is_current", true));
  await ask(
    `${name}: insert`,
    helpers()
      .insert({
        case_id: opened.id, version, is_current: true, helper_name: `${PLATE}_helper_v${version}`, helper_json: helper,
        source: "ui", sync_status: "pending", updated_at: new Date().toISOString(),
      })
      .select()
      .single(),
  );
}
await save("first", { meta: { plate: PLATE }, price: 1 });
await save("second", { meta: { plate: PLATE }, price: 2 });

const rpc = (helper, version) =>
  supabase.rpc("case_helper_save_full", { p_case_id: opened.id, p_helper_json: helper, p_expected_version: version });
await ask("rpc save", rpc({ meta: { plate: PLATE }, price: 3 }, 2));
await ask("rpc stale", rpc({ price: 4 }, 2));
await ask("rpc foreign", supabase.rpc("case_helper_save_full", { p_case_id: OWNER_CASE, p_helper_json: {}, p_expected_version: 1 }));
await ask("rpc restore", supabase.rpc("case_helper_restore", { p_case_id: opened.id, p_version: 1, p_expected_version: 3, p_reason: "טעות" }));

await ask(
  "versions",
  helpers()
    .select("id, version, helper_name, is_current, updated_at, source, updated_by", { count: "exact" })
    .eq("case_id", opened.id)
    .order("version", { ascending: false })
    .limit(3),
);
await ask("one version", helpers().select("helper_json").eq("case_id", opened.id).eq("version", 2).single());
await ask(
  "list with helper",
  cases().select("id, plate, owner_name, case_helper!inner(version, helper_name)").eq("case_helper.is_current", true).ilike("plate", `%${PLATE}%`).limit(50),
);
await ask("with names", cases().select("id, profiles!cases_created_by_fkey(name)").eq("id", opened.id).single());
await ask("foreign case", cases().select("id").eq("id", OWNER_CASE));
await ask("rewrite", helpers().update({ helper_json: { lie: 1 } }).eq("case_id", opened.id).eq("is_current", true));
await ask("delete helper", helpers().delete().eq("case_id", opened.id));
await ask("delete case", cases().delete().eq("id", opened.id));
await ask("status", cases().update({ status: "CLOSED", updated_at: "2020-01-01T00:00:00Z" }).eq("plate", PLATE).select("status"));
await ask("sections", supabase.from("case_helper_sections").select("section").eq("case_id", opened.id).order("section"));

console.log(JSON.stringify(told));
