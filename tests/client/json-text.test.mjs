import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hasDigits, isObject, keepDigits, memberText, read, saysTheSame, write } from "../../helpers/static/client/1.0.0/json-text.js";

const EXACT = '{"price": 1.10, "zero": -0.0, "id": 12345678901234567890, "far": 1e400, "rows": [{"n": 99999999999999999999}]}';
const through = (text, edit = () => {}) => {
  const helper = JSON.parse(text);
  edit(helper);
  return JSON.stringify(helper);
};

test("a member comes out of an answer with every digit and blank", () => {
  const answer = `{"case_id": "x", "note": "\\"helper\\": {", "inner": {"helper": 1}, "helper": ${EXACT} , "last": 1}`;
  assert.equal(memberText(answer, "helper"), EXACT);
  assert.equal(memberText('{"helper":{}}', "helper"), "{}");
  assert.equal(memberText('{"a": 1}', "helper"), undefined);
});

test("numbers that JavaScript rounds are as they were after an edit elsewhere", () => {
  const edited = through(EXACT, (helper) => (helper.note = "שלום"));
  assert.ok(!edited.includes("12345678901234567890"));
  assert.equal(
    keepDigits(EXACT, edited),
    '{"price":1.10,"zero":-0.0,"id":12345678901234567890,"far":1e400,"rows":[{"n":99999999999999999999}],"note":"שלום"}',
  );
});

test("a row that moved keeps its digits, an edited number is the new one", () => {
  const edited = through(EXACT, (helper) => {
    helper.rows.unshift({ n: 5 });
    helper.price = 1.25;
    helper.far = 7;
  });
  assert.equal(keepDigits(EXACT, edited), '{"price":1.25,"zero":-0.0,"id":12345678901234567890,"far":7,"rows":[{"n":5},{"n":99999999999999999999}]}');
});

test("two rows that round to one number are told apart by their place, or left alone", () => {
  const before = '{"rows": [{"n": 12345678901234567890}, {"n": 12345678901234567891}]}';
  assert.equal(keepDigits(before, through(before)), '{"rows":[{"n":12345678901234567890},{"n":12345678901234567891}]}');
  const moved = through(before, (helper) => helper.rows.unshift({}, {}));
  assert.ok(keepDigits(before, moved).includes("12345678901234567000"));
});

test("a null that somebody wrote stays a null", () => {
  assert.equal(keepDigits('{"a": 1.10, "b": 2.50}', '{"a": 1.1, "b": null}'), '{"a":1.10,"b":null}');
});

test("exact text that somebody else wrote is not touched", () => {
  assert.equal(keepDigits('{"a": 12345678901234567890}', '{"a": 12345678901234567891}'), '{"a":12345678901234567891}');
});

test("a helper without such numbers goes through as it is, byte for byte", () => {
  const odd = '{ "ש\\"ח" : "a\\u2028b", "" : {"__proto__" : [ ]} }';
  assert.equal(keepDigits('{"a":1}', odd), odd);
  assert.equal(hasDigits(odd), false);
});

test("odd keys and texts are read and written as JSON does it", () => {
  for (const text of ['{"__proto__":{"a":1},"constructor":[],"":{}}', '{"a":"\\ud800","b":"\\"\\\\"}', "[[],[{}],null,true,\"\"]"]) {
    assert.equal(write(read(text)), JSON.stringify(JSON.parse(text)));
  }
});

test("what is not JSON is not read", () => {
  for (const text of ["", "{", "{]", "[1,]", '{"a" 1}', "{} {}", "[1 2]", "undefined", "{,}"]) assert.throws(() => read(text), SyntaxError, text);
  assert.equal(isObject("[1]"), false);
  assert.equal(isObject("{"), false);
  assert.equal(isObject(null), false);
  assert.equal(isObject(" {}"), true);
});

test("blanks make no difference, digits do", () => {
  assert.ok(saysTheSame('{"a": [1, 2]}', '{"a":[1,2]}'));
  assert.ok(saysTheSame('{"a": 1.10, "b": 1}', '{"b":1,"a":1.10}'));
  assert.ok(!saysTheSame('{"a": 1.10}', '{"a":1.1}'));
  assert.ok(!saysTheSame('{"a": null}', "{}"));
  assert.ok(!saysTheSame("{", "{}"));
});

for (const name of ["small", "typical", "full", "large"]) {
  test(`the ${name} helper comes back from every way through`, () => {
    const text = readFileSync(new URL(`../fixtures/helper_${name}.json`, import.meta.url), "utf8");
    assert.equal(memberText(`{"helper": ${text}}`, "helper"), text.trim());
    assert.equal(write(read(text)), JSON.stringify(JSON.parse(text)));
  });
}
