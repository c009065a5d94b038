/// What scripts/chaos.sh is given.

import { parseArgs } from "node:util";
import { faults } from "./faults.mjs";

const known = {
  nodes: { type: "string", default: "3" },
  minutes: { type: "string", default: "10" },
  // Instead of minutes: so many times each fault.
  rounds: { type: "string" },
  faults: { type: "string", default: Object.keys(faults).join() },
  sentinel: { type: "boolean", default: false },
  seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 32)}` },
  clients: { type: "string", default: "24" },
  conversations: { type: "string", default: "32" },
  // Between a client's answer in a conversation and its next send there.
  pace: { type: "string", default: "200" },
  out: { type: "string", default: "build/chaos" },
};

/// Throws an error that says what is wrong with them.
export function read_options(args) {
  const { values } = parseArgs({ args, options: known });
  const number = (name, low, high) => {
    const value = Number(values[name]);
    if (values[name].trim() !== "" && value >= low && value <= high) return value;
    throw new Error(`--${name} must be a number from ${low} to ${high}`);
  };
  const wanted = values.faults.split(",");
  for (const name of wanted)
    if (!Object.hasOwn(faults, name))
      throw new Error(`there is no fault '${name}'; there are ${Object.keys(faults).join(", ")}`);
  return {
    nodes: number("nodes", 3, 9),
    minutes: number("minutes", 0, 24 * 60),
    rounds: values.rounds === undefined ? Infinity : number("rounds", 1, 1000),
    wanted,
    with_sentinels: values.sentinel,
    seed: number("seed", 0, 2 ** 32 - 1),
    load: {
      clients: number("clients", 4, 1000),
      conversations: number("conversations", 1, 1000),
      pace_ms: number("pace", 0, 60_000),
    },
    out: values.out,
  };
}
