/// Figures of a chaos run, from what was sent while a fault lasted.

import xxhash from "xxhash-wasm";

const { h64 } = await xxhash();

/// Where a conversation lives: docs/storage-format.md.
export const shard_of = (conversation, shards) =>
  Number(h64(`conversation:${conversation}`) % BigInt(shards));

/// The value below which that part of them is.
export function quantile(values, part) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}

export const spread = (values) => values.length === 0 ? null : {
  count: values.length,
  p50: Math.round(quantile(values, 0.5)),
  p99: Math.round(quantile(values, 0.99)),
  max: Math.round(quantile(values, 1)),
};

/// The longest time without an answer of those that fell into [from, upto].
export function longest_silence(times, from, upto) {
  const ends = times.filter((at) => at > from && at < upto).sort((a, b) => a - b);
  let longest = 0;
  let last = from;
  for (const at of [...ends, upto]) {
    longest = Math.max(longest, at - last);
    last = at;
  }
  return longest;
}

/// Map of shard to the longest time in which nothing was acknowledged there.
export function silences(sends, shards, from, upto) {
  const times = new Map();
  for (const { conversation, ended } of sends) {
    const shard = shard_of(conversation, shards);
    if (!times.has(shard)) times.set(shard, []);
    if (ended !== undefined) times.get(shard).push(ended);
  }
  return new Map([...times].map(([shard, list]) => [shard, longest_silence(list, from, upto)]));
}

const late_ms = 5_000;

/// What clients saw of their sends.
export function outcome(sends) {
  const answered = sends.filter((send) => send.ended !== undefined);
  const took = answered.map((send) => send.ended - send.started);
  return {
    acknowledged: answered.length,
    unacknowledged: sends.length - answered.length,
    repeated: answered.filter((send) => send.failures).length,
    duplicates: answered.filter((send) => send.duplicate).length,
    late: took.filter((ms) => ms > late_ms).length,
    took,
  };
}
