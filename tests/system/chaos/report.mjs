/// What a chaos run found, as a table.

import { spread } from "./figures.mjs";

const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);
const count_of = (rows, ...kinds) =>
  sum(rows, (row) => row.found.filter((fault) => kinds.includes(fault.kind)).length);

/// One line a kind of fault, from one row a fault.
export function totals(rows) {
  const kinds = [...new Set(rows.map((row) => row.kind))].sort();
  return kinds.map((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    return {
      kind,
      faults: own.length,
      acknowledged: sum(own, (row) => row.acknowledged),
      repeated: sum(own, (row) => row.repeated),
      late: sum(own, (row) => row.late),
      lost: count_of(own, "lost", "moved", "stale"),
      doubled: count_of(own, "doubled"),
      reordered: count_of(own, "reordered", "divergent", "invented"),
      untold: count_of(own, "gap", "untold"),
      affected_ms: spread(own.flatMap((row) => row.affected_ms)),
      unaffected_ms: spread(own.flatMap((row) => row.unaffected_ms)),
      send_ms: spread(own.flatMap((row) => row.took)),
      settled_ms: spread(own.map((row) => row.settled_ms)),
    };
  });
}

const cell = (times) => times === null ? "–" : `${times.p50} / ${times.p99} / ${times.max}`;

export function markdown({ seed, nodes, minutes, rows, build }) {
  // In which nothing was sent, only read.
  const is_told = (t) => t.kind !== "replicas" || t.lost + t.doubled + t.reordered + t.untold > 0;
  const lines = totals(rows).filter(is_told).map((t) => `| ${[t.kind, t.faults, t.acknowledged,
    `${t.lost} / ${t.doubled} / ${t.reordered} / ${t.untold}`, cell(t.affected_ms),
    cell(t.unaffected_ms), cell(t.send_ms), t.late, cell(t.settled_ms)].join(" | ")} |`);
  return [
    `Seed ${seed}, ${nodes} nodes, ${minutes} minutes, ${build}.`,
    "Times in ms, p50 / p99 / max.",
    "",
    "| fault | times | acknowledged | lost / doubled / reordered / untold | no answer, affected shards "
      + "| no answer, other shards | a send, repeats included | over 5 s | whole again after |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}
