/// Many clients on all nodes that talk all the time, can be held for a check, and
/// an auditor who is in every conversation and reads it from every node.

import { make_group, repeated, Session, sign_up } from "../support/session.mjs";
import { History, judge, read_log, StubbornClient } from "../support/stubborn_client.mjs";
import { deferred, delay, patience_ms, until, within } from "../support/wait.mjs";

const members = 4;
/// How long a client waits for an answer: longer than a node holds what has no
/// owner.
const client_patience_ms = 3_000;
const audits_at_once = 8;
const gives_up_one_in = 10;

export class Load {
  history = new History();
  clients = [];
  conversations = [];
  #acknowledged = [];
  #base = new Map();
  /// Resolved when the load goes on; null while it does.
  #gate = deferred();
  #lanes = [];
  #busy = new Map();
  #idle = deferred();
  #is_over = false;
  #failed = deferred();

  constructor(cluster, { clients, conversations, pace_ms }) {
    this.cluster = cluster;
    this.sizes = { clients, conversations };
    this.pace_ms = pace_ms;
    this.#failed.promise.catch(() => {});
  }

  async start() {
    const { nodes } = this.cluster;
    const on = (i) => nodes[i % nodes.length];
    this.auditor = await repeated(() => sign_up(on(0)));
    const users = await Promise.all(Array.from({ length: this.sizes.clients }, (_, i) =>
      repeated(() => sign_up(on(i)))));
    const session = await repeated(() => Session.open(on(0), this.auditor));
    const groups = await Promise.all(Array.from({ length: this.sizes.conversations }, async (_, i) => {
      const own = Array.from({ length: members }, (_, k) => users[(i * members + k) % users.length]);
      const { id } = await repeated(() => make_group({ session }, own));
      return { id, own };
    }));
    await session.close();
    this.conversations = groups.map(({ id }) => id);
    this.clients = users.map((user, i) => {
      const own = groups.filter((group) => group.own.includes(user)).map(({ id }) => id);
      return new StubbornClient(this.#next_from(i), user, own, this.history, { patience: client_patience_ms });
    });
    for (const client of this.clients) client.gives_up = () => Math.random() * gives_up_one_in < 1;
    await Promise.all(this.clients.map((client) => client.open()));
    for (const client of this.clients)
      for (const conversation of client.conversations) this.#run(this.#talk(client, conversation));
    for (const client of this.clients) this.#run(this.#look(client));
    this.go_on();
  }

  /// Fails where a client was answered what it must not be.
  get failed() {
    return this.#failed.promise;
  }

  go_on() {
    this.#gate?.resolve();
    this.#gate = null;
  }

  /// Until nothing is in flight, and clients know what they were told they had
  /// missed.
  async hold() {
    this.#gate = deferred();
    this.#idle = deferred();
    if (this.#busy.size === 0) this.#idle.resolve();
    await within(this.#idle.promise, "all sends are answered", 6 * patience_ms).catch((error) => {
      throw new Error(`${error.message}; waiting: ${[...new Set(this.#busy.values())].join("; ")}`);
    });
    await within(Promise.all(this.clients.map((client) => client.level())),
      "all clients have caught up", 3 * patience_ms);
  }

  async stop() {
    this.#is_over = true;
    this.go_on();
    await Promise.all(this.clients.map((client) => client.close()));
    await Promise.all(this.#lanes);
  }

  /// What is wrong with what happened since the last time, as every node tells
  /// it, and what was sent. To be called while on hold.
  async check() {
    const { history } = this;
    const { sends } = history;
    const logs = await this.audit(this.#base);
    const found = await judge(history, logs, this.#base);
    for (const { conversation, events } of logs) {
      const end = events.at(-1)?.seq ?? 0;
      this.#base.set(conversation, Math.max(end, this.#base.get(conversation) ?? 0));
    }
    history.views = history.views.filter(({ session }) => session.ws.readyState === 1);
    for (const view of history.views) {
      view.told.length = 0;
      view.from = this.#base.get(view.conversation);
    }
    // One that was given up may still turn up, once.
    history.sends = sends.filter((send) => send.ended === undefined);
    this.#acknowledged.push(...sends.filter((send) => send.ended !== undefined));
    await this.#spread_out();
    history.views = history.views.filter(({ session }) => session.ws.readyState === 1);
    history.reads = [];
    history.reconnects = [];
    return { found, sends };
  }

  /// The same for all that was ever sent, from the first position on.
  async check_all(without) {
    const sends = [...this.#acknowledged, ...this.history.sends];
    const nodes = this.cluster.nodes.filter((each) => each !== without);
    return judge({ sends, reads: [], views: [] }, await this.audit(undefined, nodes));
  }

  /// All conversations, from `base` on, as each of the nodes tells them.
  async audit(base = new Map(), nodes = this.cluster.nodes) {
    const logs = [];
    const now = () => this.history.now();
    const read_all = async (node) => {
      const source = node.set["node.name"];
      const session = await until(() => Session.open(node, this.auditor).catch(() => null),
        `${source} takes sessions`);
      const todo = [...this.conversations];
      const some = async () => {
        for (let each; (each = todo.pop());)
          logs.push(await read_log(session, each, source, now, base.get(each) ?? 0));
      };
      await Promise.all(Array.from({ length: audits_at_once }, some));
      await session.close();
    };
    await Promise.all(nodes.map(read_all));
    return logs;
  }

  /// As many clients on each node, as behind a balancer: so no fault takes all
  /// members of a conversation by chance.
  #spread_out() {
    const { nodes } = this.cluster;
    return Promise.all(this.clients.map(async (client, i) => {
      await client.move(nodes[i % nodes.length]);
      await client.level();
    }));
  }

  #run(work) {
    this.#lanes.push(work.catch((error) => this.#failed.reject(error)));
  }

  /// First where it belongs, then anywhere else.
  #next_from(first) {
    return (last) => {
      const { nodes } = this.cluster;
      const others = nodes.filter((node) => node !== last);
      return last ? others[Math.floor(Math.random() * others.length)] : nodes[first % nodes.length];
    };
  }

  #pause() {
    return delay(this.pace_ms * (0.5 + Math.random()));
  }

  async #talk(client, conversation) {
    for (let i = 0; !this.#is_over; ++i) {
      const what = `${conversation.slice(-4)}.${i}`;
      await this.#while_busy(`${client.user.id} sends ${what}`, () => client.send(conversation, what));
      await this.#pause();
    }
  }

  /// Reads what is newest, now here, now there.
  async #look(client) {
    for (let i = 0; !this.#is_over; ++i) {
      const conversation = client.conversations[i % client.conversations.length];
      await this.#while_busy(`${client.user.id} reads`, () => client.read(conversation));
      await this.#pause();
    }
  }

  /// Not before the load goes on.
  async #while_busy(what, work) {
    while (this.#gate) await this.#gate.promise;
    if (this.#is_over) return;
    const key = Symbol(what);
    this.#busy.set(key, what);
    try {
      await work();
    } finally {
      this.#busy.delete(key);
      if (this.#busy.size === 0) this.#idle.resolve();
    }
  }
}
