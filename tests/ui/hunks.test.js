import assert from "node:assert/strict";
import { test } from "node:test";
import { diffBlocks } from "../../ui/js/model/diff_rows.js";
import {
  changeCount,
  emptyEdit,
  filesOf,
  isEmpty,
  isTaken,
  readEdit,
  renamed,
  withFile,
  withoutFile,
} from "../../ui/js/model/edit_draft.js";
import { chosenEdit, contentWith, fileChanges, grouped, hunkKeys } from "../../ui/js/model/hunks.js";

/** Random numbers that are the same in each run. */
function random(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % most;
  };
}

const LINES = ["a\n", "b\n", "\n", "a\r\n", "  c\n", "ü\n", "x"];

function drawnText(draw, most) {
  return Array.from({ length: 1 + draw(most) }, () => LINES[draw(LINES.length)]).join("");
}

/** A random edit as jsdiff tells it: stretches that stay, and between them removals, additions or both. */
function drawnChanges(draw) {
  return Array.from({ length: draw(9) }, () => {
    if (draw(2)) return [{ value: drawnText(draw, 9) }];
    const removed = draw(3) ? [{ value: drawnText(draw, 3), removed: true }] : [];
    const added = removed.length && !draw(3) ? [] : [{ value: drawnText(draw, 3), added: true }];
    return draw(2) ? [...removed, ...added] : [...added, ...removed];
  }).flat();
}

function joined(changes, without) {
  return changes
    .filter((change) => !change[without])
    .map((change) => change.value)
    .join("");
}

test("hunks taken or left, in any subset, give exactly what was chosen", () => {
  const draw = random(6);
  for (let round = 0; round < 500; round++) {
    const changes = drawnChanges(draw);
    const pieces = grouped("a.py", changes);
    const [was, is] = [joined(changes, "added"), joined(changes, "removed")];
    const keys = hunkKeys(pieces);
    assert.equal(new Set(keys).size, keys.length);
    const file = { path: "a.py", was, is, pieces };
    assert.equal(contentWith(file, new Set()), is);
    assert.equal(contentWith(file, new Set(keys)), was);
    const left = new Set(keys.filter(() => draw(2)));
    let hunk = -1;
    let inHunk = false;
    const expected = changes.filter((change) => {
      const same = !change.added && !change.removed;
      if (!same && !inHunk) hunk++;
      inHunk = !same;
      return same || (left.has(`${hunk}:a.py`) ? change.removed : change.added);
    });
    assert.equal(contentWith(file, left), expected.map((change) => change.value).join(""));
  }
});

test("the lines of a diff are those of both files, with their numbers", () => {
  const draw = random(9);
  for (let round = 0; round < 200; round++) {
    const changes = drawnChanges(draw);
    const lines = diffBlocks(grouped("a.py", changes), (old, now) => [
      { value: old, removed: true },
      { value: now, added: true },
    ]).flatMap((block) => block.lines);
    for (const side of ["old", "now"]) {
      const told = lines.flatMap((line) => line[side] ?? []);
      assert.deepEqual(
        told.map((line) => line.number),
        told.map((_, i) => i + 1),
      );
      const text = told
        .map((line) => line.spans.map((s) => s.text).join("") + (line.ended ? "\n" : ""))
        .join("");
      assert.equal(text, joined(changes, side === "old" ? "added" : "removed"));
    }
  }
});

test("long unchanged stretches are folded, with three lines left around a change", () => {
  const long = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join("");
  const blocks = diffBlocks(
    grouped("a", [
      { value: long },
      { value: "x\n", removed: true },
      { value: "y\n", added: true },
      { value: long },
    ]),
    () => [],
  );
  assert.deepEqual(
    blocks.map((block) => [block.kind, block.lines.length]),
    [
      ["folded", 17],
      ["same", 3],
      ["hunk", 1],
      ["same", 3],
      ["folded", 17],
    ],
  );
});

test("words are marked in lines that are much alike, and in no others", () => {
  const byWords = () => [
    { value: "return a " },
    { value: "-", removed: true },
    { value: "+", added: true },
    { value: " b" },
  ];
  const changes = [
    { value: "return a - b\n", removed: true },
    { value: "return a + b\n", added: true },
  ];
  const [{ lines }] = diffBlocks(grouped("a", changes), byWords);
  const marks = (side) => side.spans.filter((span) => span.marked).map((span) => span.text);
  assert.deepEqual([marks(lines[0].old), marks(lines[0].now)], [["-"], ["+"]]);
  const other = diffBlocks(grouped("a", changes), () => [
    { value: "return a - b", removed: true },
    { value: "pass", added: true },
  ]);
  assert.deepEqual(marks(other[0].lines[0].old), []);
});

test("a file that appears or disappears is taken or left as a whole", () => {
  const before = [{ path: "old.py", content: "1\n" }];
  const after = [
    { path: "empty.py", content: "" },
    { path: "new.py", content: "2\n" },
  ];
  const changes = fileChanges(before, after, () => assert.fail("nothing to compare"));
  assert.deepEqual(
    changes.map((change) => [change.path, hunkKeys(change.pieces).length]),
    [
      ["empty.py", 1],
      ["new.py", 1],
      ["old.py", 1],
    ],
  );
  assert.deepEqual(chosenEdit(changes, new Set()), {
    changed: {},
    removed: [],
  });
  assert.deepEqual(chosenEdit(changes, new Set(changes.flatMap((change) => hunkKeys(change.pieces)))), {
    changed: { "old.py": "1\n" },
    removed: ["empty.py", "new.py"],
  });
});

const BASE = [
  { path: "a.py", content: "a\n" },
  { path: "b.py", content: "b\n" },
];

function told(edit) {
  return filesOf(edit, BASE).map((file) => [file.path, file.content, file.state]);
}

test("an edit holds what differs, and nothing once it is taken back", () => {
  let edit = withFile(emptyEdit(), BASE, "a.py", "A\n");
  edit = withFile(edit, BASE, "c.py", "");
  edit = withoutFile(edit, BASE, "b.py");
  assert.deepEqual(told(edit), [
    ["a.py", "A\n", "changed"],
    ["c.py", "", "added"],
  ]);
  assert.equal(changeCount(edit), 3);
  edit = withFile(withFile(withoutFile(edit, BASE, "c.py"), BASE, "a.py", "a\n"), BASE, "b.py", "b\n");
  assert.ok(isEmpty(edit));
});

test("a file that is renamed keeps its content, there and back", () => {
  const there = renamed(withFile(emptyEdit(), BASE, "a.py", "A\n"), BASE, "a.py", "z/a.py");
  assert.deepEqual(told(there), [
    ["b.py", "b\n", "same"],
    ["z/a.py", "A\n", "added"],
  ]);
  assert.deepEqual(told(renamed(there, BASE, "z/a.py", "a.py"))[0], ["a.py", "A\n", "changed"]);
  assert.ok(isTaken(there, BASE, "B.py"));
  assert.ok(!isTaken(there, BASE, "A.py"));
  assert.ok(!isTaken(there, BASE, "B.py", "b.py"));
});

test("an edit is read as it was kept; what is broken counts as none", () => {
  const edit = withoutFile(withFile(emptyEdit(), BASE, "a.py", "A\n"), BASE, "b.py");
  assert.deepEqual(readEdit(JSON.stringify(edit)), edit);
  for (const broken of [
    null,
    "",
    "{",
    "[]",
    '{"changed":{"a":1},"removed":[]}',
    '{"changed":{},"removed":"a"}',
  ])
    assert.equal(readEdit(broken), null);
});

test("a file may have the name of an object's own parts", () => {
  const name = "__proto__";
  const old = [{ path: name, content: "a\nb\n" }];
  const fresh = [{ path: name, content: "a\nc\n" }];
  const whole = (a, b) => [
    { value: a, removed: true },
    { value: b, added: true },
  ];
  const changes = fileChanges(old, fresh, whole);
  const left = new Set(changes.flatMap((change) => hunkKeys(change.pieces)));
  const { changed } = chosenEdit(changes, left);
  assert.deepEqual(Object.entries(changed), [[name, "a\nb\n"]]);
});
