/// What a chaos run does to a cluster. Each is given the world and its victims,
/// a minority, and leaves all as whole as it was.
///
///   needs     what the world must have: network, disks, redis
///   affects   whose shards may be without an owner for a while: those of the
///             victims, of all nodes, or of none

import { delay } from "../support/wait.mjs";

const hub_is_cut_off = 0.3;

const each = (list, work) => Promise.all(list.map(work));
const name_of = (node) => node.set["node.name"];
const others = (world, victims) =>
  world.cluster.nodes.filter((node) => !victims.includes(node)).map((node) => node.host);

/// For some seconds, from the seed.
async function hold(world, low_ms, high_ms) {
  const ms = world.random.between(low_ms, high_ms);
  world.note(`for ${ms} ms`);
  await delay(ms);
}

async function with_network(world, victims, spoil) {
  for (const node of victims) await spoil(name_of(node));
  await hold(world, 2_000, 7_000);
  for (const node of victims) await world.network.heal(name_of(node));
}

async function restart(node, signal) {
  await node.kill(signal);
  await node.start();
}

export const faults = {
  /// To compare with: nothing happens.
  none: {
    affects: "none",
    run: (world) => hold(world, 2_000, 4_000),
  },

  kill: {
    affects: "victims",
    async run(world, victims) {
      await each(victims, (node) => node.kill("SIGKILL"));
      await hold(world, 500, 5_000);
      await each(victims, (node) => node.start());
    },
  },

  /// They wake up with others in their place.
  stop: {
    affects: "victims",
    async run(world, victims) {
      for (const node of victims) node.process.kill("SIGSTOP");
      await hold(world, 1_000, 6_000);
      for (const node of victims) node.process.kill("SIGCONT");
    },
  },

  /// From the other nodes, and now and then from clients too.
  partition: {
    needs: "network",
    affects: "victims",
    run(world, victims) {
      const from = others(world, victims);
      if (world.random.next() < hub_is_cut_off) {
        from.push(world.network.hub);
        world.note("from clients and Redis as well");
      }
      return with_network(world, victims, (name) => world.network.cut(name, from));
    },
  },

  one_way: {
    needs: "network",
    affects: "victims",
    run(world, victims) {
      const inwards = world.random.next() < 0.5;
      world.note(inwards ? "they hear nothing" : "nothing is heard of them");
      const from = others(world, victims);
      return with_network(world, victims, (name) =>
        world.network.cut(name, from, { inwards, outwards: !inwards }));
    },
  },

  /// All others reach both of them.
  pair: {
    needs: "network",
    affects: "victims",
    run(world, victims) {
      const [other] = world.random.shuffled(world.cluster.nodes.filter((node) => !victims.includes(node)));
      world.note(`and ${name_of(other)} do not reach each other`);
      return with_network(world, victims, (name) => world.network.cut(name, [other.host]));
    },
  },

  loss: {
    needs: "network",
    affects: "victims",
    run(world, victims) {
      const percent = world.random.between(2, 20);
      world.note(`${percent} % of the packets to them`);
      return with_network(world, victims, (name) => world.network.lose(name, percent / 100));
    },
  },

  delay: {
    needs: "network",
    affects: "victims",
    run(world, victims) {
      const ms = world.random.between(10, 150);
      world.note(`${ms} ms for what they send`);
      return with_network(world, victims, (name) => world.network.slow(name, ms));
    },
  },

  disk_full: {
    needs: "disks",
    affects: "victims",
    async run(world, victims) {
      await each(victims, (node) => world.disk_of(node).fill(world.reserve_mib / 2));
      await world.until_ready(victims, false);
      await hold(world, 1_000, 4_000);
      for (const node of victims) world.disk_of(node).free();
      await world.until_ready(victims, true);
    },
  },

  redis: {
    needs: "redis",
    affects: "none",
    async run(world) {
      world.note(await world.redis.spoil(world.random));
      await hold(world, 2_000, 6_000);
      await world.redis.heal();
    },
  },

  rolling_restart: {
    affects: "all",
    async run(world) {
      for (const node of world.cluster.nodes) {
        await restart(node, "SIGTERM");
        await world.settled();
      }
    },
  },

  /// One joins and gets its share; another one goes, dead or in good order, and
  /// the others make up for it.
  membership: {
    affects: "all",
    async run(world) {
      const { cluster, random } = world;
      await cluster.add();
      world.note(`${name_of(cluster.nodes.at(-1))} joins`);
      await world.settled();
      const leaver = random.pick(cluster.nodes);
      const is_dead = random.next() < 0.5;
      world.note(`${name_of(leaver)} goes ${is_dead ? "without a word" : "in good order"}`);
      await leaver.kill(is_dead ? "SIGKILL" : "SIGTERM");
      await cluster.forget(leaver);
      await world.settled();
    },
  },
};
