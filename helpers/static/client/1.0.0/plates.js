// Which car and which case a helper says it is about; read, never written.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The digits of a plate, or "" for what is none. */
export function digits(plate) {
  const found = String(plate ?? "").replace(/\D/g, "");
  return found.length === 7 || found.length === 8 ? found : "";
}

/** `{plate, caseId}` as the text names them, each "" where it does not. */
export function whoIsIn(text) {
  const helper = typeof text === "string" ? JSON.parse(text) : text;
  const caseId = helper?.case_info?.supabase_case_id;
  return { plate: digits(helper?.meta?.plate), caseId: UUID.test(caseId) ? caseId.toLowerCase() : "" };
}
