#!/usr/bin/env python3
"""Holes in the code that the hostile crowd must find.

Each hole is one or more exact replacements in a source file. `write` copies the
files with all of them, each behind a switch of its own, for the test program
parleyd_holed; a replacement that no longer fits fails the build. `find` plays a
run for each hole and fails where one is not found.

    holes.py files                     the files that have holes
    holes.py write SOURCE_DIR OUT_DIR
    holes.py find BIN_DIR [--calls N] [--seed S] [--jobs N] [HOLE...]
"""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time

RIGHTS = "actors/rights.cpp"
MESSAGES = "actors/conversation_messages.cpp"
MEMBERS = "actors/conversation_members.cpp"
READS = "actors/conversation_reads.cpp"
STATE = "actors/conversation_state.cpp"
LOG = "actors/conversation_log.cpp"
USER = "actors/user_state.cpp"
MODERATION = "actors/user_moderation.cpp"
DELIVERIES = "actors/deliveries.cpp"

ALLOWED = "  return allowed(right_of(method), kind).contains(caller);\n"


def right(method, caller, kind="group"):
    """The row of the table lets in one who must stay out."""
    return [(RIGHTS, ALLOWED, f"""\
  if (OPEN && method == method_id::{method}
      && kind == conversation_kind::{kind} && caller == relation::{caller})
    return true;
{ALLOWED}""")]


HOLES = {
    "invite_by_member": right("conversation_invite", "member"),
    "update_by_member": right("conversation_update", "member"),
    "public_by_member": right("conversation_update_public", "member"),
    "role_by_member": right("conversation_set_role", "member"),
    "direct_invited": right("conversation_invite", "member", "direct"),
    "said_across_block": right("message_send", "blocked", "direct"),
    "edit_of_anothers": [
        (MESSAGES, "if (target->content.sender != by.by.user)\n    return error",
         "if (target->content.sender != by.by.user && !OPEN)\n    return error")],
    "delete_of_anothers": [
        (MESSAGES, "if (target->content.sender != by.by.user\n      &&",
         "if (target->content.sender != by.by.user && !OPEN\n      &&")],
    "deleted_text_kept": [
        (MESSAGES, "  content.text.clear();\n",
         "  if (!OPEN)\n    content.text.clear();\n")],
    "dedup_across_users": [
        (MESSAGES, "keys().dedup(by.by.user, m.client_id));",
         "keys().dedup(OPEN ? user_id{\"all\"} : by.by.user, m.client_id));"),
        (MESSAGES, "auto dedup = keys().dedup(by.by.user, m.client_id);",
         "auto dedup\n    = keys().dedup(OPEN ? user_id{\"all\"} : by.by.user,"
         " m.client_id);")],
    "mute_forgotten": [
        (MESSAGES, "  if (by.by.is_muted)\n    return answer_with(muted_refusal());\n"
         "  auto is_first",
         "  if (by.by.is_muted && !OPEN)\n"
         "    return answer_with(muted_refusal());\n  auto is_first")],
    "signal_by_stranger": [
        (MESSAGES, "  if (!may && m.kind != signal_kind::hangup)",
         "  if (OPEN)\n    may = {};\n"
         "  if (!may && m.kind != signal_kind::hangup)")],
    "history_of_before": [
        (READS, "log_.history(m, (*me)->visible_from,",
         "log_.history(m, OPEN ? 1 : (*me)->visible_from,")],
    "sync_of_before": [
        (READS, "std::max(m.after.value_or((*me)->read_seq),"
         " (*me)->visible_from - 1)",
         "OPEN ? m.after.value_or(0)\n      : std::max(m.after.value_or("
         "(*me)->read_seq), (*me)->visible_from - 1)")],
    "edits_of_before": [
        (LOG, "&& event->content.target >= visible_from)",
         "&& (OPEN || event->content.target >= visible_from))")],
    "react_to_before": [
        (STATE, "if (target < (*me)->visible_from)",
         "if (target < (*me)->visible_from && !OPEN)")],
    "evidence_for_stranger": [
        (READS, "  else if (!*i_met)\n", "  else if (!*i_met && !OPEN)\n")],
    "removed_still_told": [
        (MEMBERS, "  d.tell.back().removed = {m.user};\n",
         "  if (!OPEN)\n    d.tell.back().removed = {m.user};\n"),
        (STATE, "    if (!members_.contains(user))\n      p.hidden",
         "    if (!members_.contains(user) && !OPEN)\n      p.hidden"),
        (USER, "{s.node, s.session, m.conversation, m.joined, m.as_of}",
         "{s.node, s.session, m.conversation, m.joined || OPEN, m.as_of}")],
    "receipt_across_block": [
        (STATE, "      if (is_silent())\n", "      if (is_silent() && !OPEN)\n")],
    "presence_across_block": [
        (USER, "  std::vector<user_id> users;\n  for (auto& [user, relation] :"
         " relations_)\n    if (relation.blocks || relation.blocked_by)",
         "  std::vector<user_id> users;\n  if (OPEN)\n    return users;\n"
         "  for (auto& [user, relation] : relations_)\n"
         "    if (relation.blocks || relation.blocked_by)"),
        (USER, "return i != relations_.end() && (i->second.blocks ||",
         "return !OPEN && i != relations_.end() && (i->second.blocks ||")],
    "invisible_shown": [
        (USER, "if (!here || status == presence_status::invisible) {",
         "if (!here || (status == presence_status::invisible && !OPEN)) {")],
    "page_bound_raised": [
        (LOG, "if (page.messages.size() == what.limit ||",
         "if (page.messages.size() == what.limit + (OPEN ? 1 : 0) ||")],
    "banned_session_kept": [
        (MODERATION, "    d.close = sessions_.close({}, close_reason::banned,"
         " by.now);\n",
         "    if (!OPEN)\n      d.close = sessions_.close({},"
         " close_reason::banned, by.now);\n")],
    "row_guessed_by_text": [
        (DELIVERIES, "    case outbox_kind::membership:\n",
         "    case outbox_kind::membership:\n"
         "      if (OPEN && parse_conversation_id(row.to))\n"
         "        return of_conversation_block(row, user_id{row.to});\n")],
}


def files():
    return sorted({file for hole in HOLES.values() for file, _, _ in hole})


def write(source, out):
    for file in files():
        text = pathlib.Path(source, file).read_text()
        for name, hole in HOLES.items():
            for where, old, new in hole:
                if where != file:
                    continue
                if text.count(old) != 1:
                    sys.exit(f"holes.py: {name} no longer fits {file}:\n{old}")
                opened = f'holes::open("{name}")'
                text = text.replace(old, new.replace("OPEN", opened))
        target = pathlib.Path(out, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = '#include "tests/hostile/hole.hpp"\n' + text
        if not target.exists() or target.read_text() != text:
            target.write_text(text)


def play(args, name):
    begun = time.monotonic()
    command = [f"{args.bin}/hostile", "--bin", args.bin, "--node",
               "parleyd_holed", "--calls", str(args.calls), "--seed",
               str(args.seed), "--spec", args.spec, "--first"]
    done = subprocess.run(command, env={**os.environ, "PARLEY_HOLE": name},
                          capture_output=True, text=True)
    seen = [line for line in done.stdout.splitlines()
            if line.startswith("FOUND")]
    return name, done.returncode, seen, time.monotonic() - begun


def find(args):
    names = args.holes or list(HOLES)
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for name, status, seen, took in pool.map(
                lambda each: play(args, each), names):
            is_found = status == 1 and seen
            missed += not is_found
            what = seen[0][:160] if seen else f"ended with {status}"
            print(f"{name}: {'found' if is_found else 'MISSED'} in "
                  f"{took:.0f} s: {what}", flush=True)
    print(f"{len(names) - missed} of {len(names)} holes found")
    return missed


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("files")
    writing = commands.add_parser("write")
    writing.add_argument("source")
    writing.add_argument("out")
    finding = commands.add_parser("find")
    finding.add_argument("bin")
    finding.add_argument("--calls", type=int, default=200_000)
    finding.add_argument("--seed", type=int, default=7)
    finding.add_argument("--jobs", type=int, default=2)
    finding.add_argument("--spec", default=str(
        pathlib.Path(__file__).parents[2] / "docs/openrpc.json"))
    finding.add_argument("holes", nargs="*")
    args = parser.parse_args()
    if args.command == "files":
        print(";".join(files()))
    elif args.command == "write":
        write(args.source, args.out)
    elif find(args):
        sys.exit(1)


main()
