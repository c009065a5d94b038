/// What a history of a cluster must satisfy. Pure: it is given what happened and
/// says what was wrong with it.
///
/// A history is what clients and auditors saw, all times of one clock:
///
///   base   Map of conversation to the position that it begins after (0)
///   sends  {conversation, user, client_id, started, ended?, seq?}; without
///          `ended` it was never acknowledged
///   reads  {conversation, started, ended, seq, client_id?, by}: what a member
///          was told to be the newest event
///   logs   {conversation, source, started, events: [{seq, client_id?, sender?,
///          ts?}]}: all events since `base`, read when nothing was in flight;
///          an event without `client_id` is no message
///   views  {conversation, user, name, from, is_open, told: [{seq, client_id?} or
///          {gap}]}: what a session was pushed, having caught up to `from`
///
/// Answers [{kind, conversation, detail}], in which `kind` is one of `kinds`.

export const kinds = {
  lost: "acknowledged, and in no log",
  stale: "a read that began after the acknowledgement does not show it",
  doubled: "the same message twice",
  moved: "not at the position that was acknowledged",
  reordered: "not in the order of time, or pushed in another order",
  gap: "a position is missing",
  divergent: "two reads disagree about a position",
  invented: "nobody has sent it",
  untold: "a session was not told, and not told that it was not",
};

export function check(history) {
  const { base = new Map(), sends, reads = [], logs, views = [] } = history;
  const faults = [];
  const all = {
    sends: by_conversation(sends), reads: by_conversation(reads),
    logs: by_conversation(logs), views: by_conversation(views),
  };
  const names = new Set(Object.values(all).flatMap((each) => [...each.keys()]));
  for (const name of names) {
    const of = (what) => all[what].get(name) ?? [];
    const add = (kind, detail) => faults.push({ kind, conversation: name, detail });
    check_conversation(of, base.get(name) ?? 0, add);
  }
  return faults;
}

function by_conversation(list) {
  const groups = new Map();
  for (const each of list) {
    if (!groups.has(each.conversation)) groups.set(each.conversation, []);
    groups.get(each.conversation).push(each);
  }
  return groups;
}

function check_conversation(of, base, add) {
  for (const log of of("logs")) check_log(log, base, add);
  const places = merged(of("logs"), add);
  check_sends(of, places, add);
  check_reads(of, places, base, add);
  const end = Math.max(base, ...of("logs").map((log) => end_of(log, base)));
  for (const view of of("views")) check_view(view, places, base, end, add);
}

const end_of = (log, base) => log.events.at(-1)?.seq ?? base;

/// A sender chooses its own client_ids.
const key_of = ({ sender, user, client_id }) => `${sender ?? user} ${client_id}`;

/// One log by itself: no gap, nothing twice, time does not go back.
function check_log({ events, source }, base, add) {
  const found = new Map();
  let ts = 0;
  for (const [i, event] of events.entries()) {
    const expected = (i === 0 ? base : events[i - 1].seq) + 1;
    if (event.seq !== expected) add("gap", `${source}: ${event.seq} where ${expected} should be`);
    if (event.ts < ts) add("reordered", `${source}: ${event.seq} is of ${event.ts}, before ${ts}`);
    ts = Math.max(ts, event.ts ?? 0);
    if (event.client_id === undefined) continue;
    const key = key_of(event);
    if (found.has(key)) add("doubled", `${source}: ${key} at ${found.get(key)} and ${event.seq}`);
    found.set(key, event.seq);
  }
}

/// Map of position to event, in which all logs agree.
function merged(logs, add) {
  const places = new Map();
  for (const { events, source } of logs)
    for (const event of events) {
      const other = places.get(event.seq);
      if (other === undefined) places.set(event.seq, event);
      else if (key_of(other) !== key_of(event))
        add("divergent", `${source}: ${event.seq} is ${key_of(event)}, elsewhere ${key_of(other)}`);
    }
  return places;
}

function check_sends(of, places, add) {
  const sends = of("sends");
  const sent = new Set(sends.map(key_of));
  const found = new Map();
  for (const event of places.values()) {
    if (event.client_id === undefined) continue;
    found.set(key_of(event), event.seq);
    if (!sent.has(key_of(event))) add("invented", `${event.seq}: ${key_of(event)}`);
  }
  for (const send of sends) {
    if (send.ended === undefined) continue;
    const at = found.get(key_of(send));
    if (at === undefined) add("lost", `${key_of(send)}, acknowledged at ${send.seq}`);
    else if (at !== send.seq) add("moved", `${key_of(send)} is at ${at}, acknowledged at ${send.seq}`);
  }
  check_order(sends, found, add);
  check_logs_are_complete(of("logs"), sends, found, add);
}

/// What was acknowledged before another was begun comes before it. From the last
/// position down: `first` is the earliest acknowledgement of all later ones.
function check_order(sends, found, add) {
  const placed = sends.map((send) => ({ ...send, at: found.get(key_of(send)) }))
    .filter((send) => send.at !== undefined)
    .sort((a, b) => b.at - a.at);
  let first = null;
  for (const send of placed) {
    if (first && first.ended < send.started)
      add("reordered", `${key_of(send)} is at ${send.at}, begun after ${first.at} was acknowledged`);
    if (send.ended !== undefined && (!first || send.ended < first.ended)) first = send;
  }
}

function check_logs_are_complete(logs, sends, found, add) {
  for (const log of logs) {
    const has = new Set(log.events.map((event) => event.seq));
    const missing = sends.filter((send) =>
      send.ended < log.started && found.has(key_of(send)) && !has.has(send.seq));
    if (missing.length > 0)
      add("stale", `${log.source}: ${missing.length} are missing, such as ${key_of(missing[0])}`);
  }
}

/// A read shows what had been acknowledged when it began, and what other reads
/// had shown that had ended by then; and nothing that is not in the log after all.
function check_reads(of, places, base, add) {
  const reads = of("reads");
  const known = [
    ...of("sends").filter((send) => send.ended !== undefined),
    ...reads,
  ].map(({ ended, seq }) => ({ ended, seq })).sort((a, b) => a.ended - b.ended);
  let next = 0;
  let least = base;
  for (const read of [...reads].sort((a, b) => a.started - b.started)) {
    for (; next < known.length && known[next].ended < read.started; ++next)
      least = Math.max(least, known[next].seq);
    if (read.seq < least) add("stale", `${read.seq} was read where ${least} was known, ${read.by}, from ${read.started} to ${read.ended}`);
    if (read.seq <= base) continue;
    const there = places.get(read.seq);
    if (!there || (read.client_id !== undefined && there.client_id !== read.client_id))
      add("divergent", `${read.client_id} was read at ${read.seq}, where ${there?.client_id} is`);
  }
}

/// A session is told each event of others once and in order, or that it was not.
function check_view({ user, name, from, is_open, told }, places, base, end, add) {
  let pushed = 0;
  let known = from;
  const must_know = (upto, kind) => {
    for (let seq = Math.max(known, base) + 1; seq <= upto; ++seq) {
      const event = places.get(seq);
      // One's own comes as the answer.
      if (event && event.sender !== user) add(kind, `${name}: ${seq} of ${event.sender}`);
    }
  };
  for (const each of told) {
    if (each.gap !== undefined) {
      known = Math.max(known, each.gap);
      continue;
    }
    if (each.seq === pushed) add("doubled", `${name} was pushed ${each.seq} again`);
    else if (each.seq < pushed) add("reordered", `${name} was pushed ${each.seq} after ${pushed}`);
    const there = places.get(each.seq);
    if (each.seq > base && there?.client_id !== each.client_id)
      add("divergent", `${name} was pushed ${each.client_id} at ${each.seq}, where ${there?.client_id} is`);
    must_know(each.seq - 1, "gap");
    pushed = Math.max(pushed, each.seq);
    known = Math.max(known, each.seq);
  }
  if (is_open) must_know(end, "untold");
}
